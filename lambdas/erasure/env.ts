import * as z from "zod/mini";

/** What the function that follows erasures reads from its environment; its bucket is the one that the event names. */
export const FollowErasureEnv = z.object({
  /** Queue that the function is fed from, to set when a failed message comes again. */
  QUEUE_URL: z.string().check(z.minLength(1)),
});
export type FollowErasureEnv = z.infer<typeof FollowErasureEnv>;
