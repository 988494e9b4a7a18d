import * as z from "zod/mini";

const name = z.string().check(z.minLength(1));

/** What the function that migrates the database reads from its environment; the stack must give all of it. */
export const MigrateEnv = z.object({
  DATABASE_HOST: name,
  DATABASE_PORT: name,
  DATABASE_NAME: name,
  /** Secret of the owner of everything, as RDS makes it. */
  DATABASE_SECRET_ARN: name,
  /** User that brings rows. */
  WRITER_USER: name,
  /** User that reads views, and nothing else. */
  READER_USER: name,
});
export type MigrateEnv = z.infer<typeof MigrateEnv>;
