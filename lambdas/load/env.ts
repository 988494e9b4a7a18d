import * as z from "zod/mini";
import type { CONTRIBUTION_KEYS, FIGURE_KEYS } from "../shared/figures";

const name = z.string().check(z.minLength(1));

/** What the load function reads from its environment; the stack must give all of it. */
export const LoadEnv = z.object({
  /** Table of the figures per shop, content and day. */
  FIGURES_TABLE: name,
  /** Table of what each raw object has brought to the figures. */
  CONTRIBUTIONS_TABLE: name,
  /** Queue that the function is fed from, to set when a failed message comes again. */
  QUEUE_URL: name,
});
export type LoadEnv = z.infer<typeof LoadEnv>;

/** Keys of the tables: the stack makes them so. */
export interface LoadTableKeys {
  readonly figures: typeof FIGURE_KEYS;
  readonly contributions: typeof CONTRIBUTION_KEYS;
}
