import { DynamoFigures } from "../shared/dynamo-figures";
import { parseEnv } from "../shared/parse-env";
import { keptDays, LoadFiguresEnv } from "./env";
import { FiguresStore } from "./figures";
import { handlerFor } from "./handler-for";

const env = parseEnv(LoadFiguresEnv, process.env);
const days = keptDays(env.FIGURES_KEPT_DAYS);
const figures = new DynamoFigures(env.FIGURES_TABLE, env.CONTRIBUTIONS_TABLE, undefined, days);
const store = new FiguresStore({ figures, keptDays: days, now: () => new Date() });

export const handler = handlerFor(store, "load-figures", env.QUEUE_URL);
