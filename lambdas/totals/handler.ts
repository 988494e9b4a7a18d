import { parseEnv } from "../shared/parse-env";
import { Postgres } from "../shared/postgres-client";
import { addressOf, iamPassword } from "../shared/postgres-login";
import { TotalsEnv } from "./env";
import { totals } from "./totals";

const env = parseEnv(TotalsEnv, process.env);
const address = addressOf(env, env.DATABASE_USER);
const database = new Postgres({ ...address, applicationName: "totals", password: iamPassword });

/** Called by the command line, to compare the stores. */
export const handler = (event: unknown) => totals(event, database);
