import * as z from "zod/mini";
import type { ATTEMPT_PREFIX, MANIFEST_PREFIX, OUTPUT_PREFIX, REJECTED_PREFIX } from "../shared/manifest";

const name = z.string().check(z.minLength(1));

/** What the structure function reads from its environment; the stack must give all of it. */
export const StructureEnv = z.object({
  /** Bucket of Parquet files and manifests. */
  CURATED_BUCKET: name,
  /** Bucket of refused lines. */
  REJECTED_BUCKET: name,
  /** Queue that the function is fed from, to set when a failed message comes again. */
  QUEUE_URL: name,
});
export type StructureEnv = z.infer<typeof StructureEnv>;

/** Where the stage's objects lie: the stack grants these prefixes and no other. */
export interface StructurePrefixes {
  readonly manifests: typeof MANIFEST_PREFIX;
  readonly outputs: typeof OUTPUT_PREFIX;
  readonly attempts: typeof ATTEMPT_PREFIX;
  readonly rejected: typeof REJECTED_PREFIX;
}
