import * as z from "zod/mini";
import { INSTANT_RULE, parseInstant } from "../shared/instant";
import { parseContract } from "../shared/parse-contract";

/** The one object that says which run counts; spark/jobs/train_recommendations.py puts it last. */
export const MANIFEST_KEY = "recommendations/manifest.json";

const NEXT = "restore its version before, or delete it and run train_recommendations again";
const count = z.int().check(z.gte(0));

const Manifest = z.object({
  schemaVersion: z.literal(1),
  run: z.string().check(z.regex(/^run=\d{8}T\d{6}Z$/)),
  trainedAt: z.string().check(z.refine((text) => parseInstant(text) !== undefined, INSTANT_RULE)),
  /** Of all files. */
  rows: count,
  /** In the order of the stories that they hold. */
  files: z.array(z.object({ key: z.string().check(z.startsWith("recommendations/run=")), bytes: count })),
});

/** Which run of the training counts, and its files. */
export type Manifest = z.infer<typeof Manifest>;

/** @throws PermanentError when `text`, found at `where`, is no manifest of recommendations. */
export const parseManifest = (text: string, where: string): Manifest =>
  parseContract(Manifest, text, where, NEXT);
