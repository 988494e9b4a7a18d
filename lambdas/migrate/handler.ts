import { Logger } from "@aws-lambda-powertools/logger";
import * as z from "zod/mini";
import { PermanentError } from "../shared/errors";
import { parseEnv } from "../shared/parse-env";
import { Postgres } from "../shared/postgres-client";
import { addressOf } from "../shared/postgres-login";
import { masterUser } from "../shared/postgres-secret";
import { MigrateEnv } from "./env";
import { type Migrated, migrate } from "./migrate";
import { MIGRATIONS } from "./migrations";

const env = parseEnv(MigrateEnv, process.env);
const logger = new Logger({ serviceName: "migrate" });

/** A migration may make an index over a large table; the function itself has 900 s at most. */
const STATEMENT_SECONDS = 600;

/** A hash of the migrations, so that a deploy calls again when they change; Terraform may add a member of its own. */
const MigrateEvent = z.object({ migrations: z.string().check(z.minLength(1)) });

/** Called by each deploy that changes a migration; a failure fails the deploy. */
export async function handler(event: unknown): Promise<Migrated> {
  if (!MigrateEvent.safeParse(event).success)
    throw new PermanentError(
      'event: must be {"migrations": "<hash>"}, got something else: deploy the database stack',
    );
  const { user, password } = await masterUser(env.DATABASE_SECRET_ARN);
  const database = new Postgres({
    ...addressOf(env, user),
    applicationName: "migrate",
    password: async () => password,
    statementSeconds: STATEMENT_SECONDS,
  });
  try {
    const migrated = await migrate(database, MIGRATIONS, {
      writer: env.WRITER_USER,
      reader: env.READER_USER,
    });
    logger.info("database migrated", { ...migrated });
    return migrated;
  } finally {
    await database.close();
  }
}
