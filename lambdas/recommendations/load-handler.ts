import { parseEnv } from "../shared/parse-env";
import { Postgres } from "../shared/postgres-client";
import { addressOf, iamPassword } from "../shared/postgres-login";
import { PostgresRecommendations } from "../shared/postgres-recommendations";
import { LoadRecommendationsEnv } from "./env";
import { handlerFor } from "./handler-for";
import { LoadedRecommendations } from "./loaded";

const env = parseEnv(LoadRecommendationsEnv, process.env);
const address = addressOf(env, env.DATABASE_USER);
const database = new Postgres({ ...address, applicationName: "load-recommendations", password: iamPassword });

export const handler = handlerFor(
  new LoadedRecommendations(new PostgresRecommendations(database)),
  "load-recommendations",
  env.QUEUE_URL,
);
