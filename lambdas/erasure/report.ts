import * as z from "zod/mini";
import { OUTPUT_PREFIX } from "../shared/manifest";
import { parseContract } from "../shared/parse-contract";

/** Where spark/jobs/erase_visitors.py puts its reports. */
export const REPORT_KEY = /^erasures\/run=[^/]+\/report\.json$/;

const NEXT = "run erase_visitors again with the same list: it finds what is left, and reports anew";
const count = z.int().check(z.gte(0));

const Replacement = z
  .object({
    key: z.string(),
    /** Of a file of a version: the raw object that it was made from. */
    source: z.string(),
    /** Of the new file. */
    rows: count,
    erased: count,
    bytes: count,
  })
  .check(
    z.refine(
      ({ key, source }) => !key.startsWith(OUTPUT_PREFIX) || key.includes(`/${source}-`),
      "must be named after its source",
    ),
  );

const Report = z.object({
  schemaVersion: z.literal(1),
  /** `begun`: no file may have been replaced yet, and another report comes. */
  outcome: z.enum(["begun", "erased", "incomplete"]),
  run: z.string().check(z.minLength(1)),
  replaced: z.array(Replacement),
});

/** What an erasure has replaced; it names no visitor. */
export type Report = z.infer<typeof Report>;
/** A file that lost rows. */
export type Replacement = z.infer<typeof Replacement>;

/** @throws PermanentError when `text`, found at `where`, is no report of an erasure. */
export const parseReport = (text: string, where: string): Report => parseContract(Report, text, where, NEXT);
