import * as z from "zod/mini";

const name = z.string().check(z.minLength(1));

/** What the function that adds up the rows reads from its environment; the stack must give all of it. */
export const TotalsEnv = z.object({
  DATABASE_HOST: name,
  DATABASE_PORT: name,
  DATABASE_NAME: name,
  /** User that reads views. */
  DATABASE_USER: name,
});
export type TotalsEnv = z.infer<typeof TotalsEnv>;
