import { parseEnv } from "../shared/parse-env";
import { LoadLakeEnv } from "./env";
import { handlerFor } from "./handler-for";
import { LakeStore } from "./lake";

const env = parseEnv(LoadLakeEnv, process.env);

export const handler = handlerFor(new LakeStore({ now: () => new Date() }), "load-lake", env.QUEUE_URL);
