import { DynamoRecommendations } from "../shared/dynamo-recommendations";
import { parseEnv } from "../shared/parse-env";
import { ServeRecommendationsEnv } from "./env";
import { handlerFor } from "./handler-for";
import { ServedRecommendations } from "./served";

const env = parseEnv(ServeRecommendationsEnv, process.env);
const store = new ServedRecommendations(new DynamoRecommendations(env.RECOMMENDATIONS_TABLE));

export const handler = handlerFor(store, "serve-recommendations", env.QUEUE_URL);
