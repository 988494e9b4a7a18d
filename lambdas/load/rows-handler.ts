import { parseEnv } from "../shared/parse-env";
import { Postgres } from "../shared/postgres-client";
import { addressOf, iamPassword } from "../shared/postgres-login";
import { PostgresRows } from "../shared/postgres-rows";
import { keptDays, LoadRowsEnv } from "./env";
import { handlerFor } from "./handler-for";
import { RowsStore } from "./rows";

const env = parseEnv(LoadRowsEnv, process.env);
const address = addressOf(env, env.DATABASE_USER);
const database = new Postgres({ ...address, applicationName: "load-rows", password: iamPassword });
const store = new RowsStore({
  rows: new PostgresRows(database),
  keptDays: keptDays(env.ROWS_KEPT_DAYS),
  now: () => new Date(),
});

export const handler = handlerFor(store, "load-rows", env.QUEUE_URL);
