import * as z from "zod/mini";
import type { COLUMNS } from "../shared/curated-schema";
import type { CONTRIBUTION_KEYS, EXPIRY, FIGURE_KEYS } from "../shared/figures";
import type { HEAD_PREFIX, LAKE_PREFIX } from "../shared/lake-keys";
import type { MANIFEST_PREFIX, OUTPUT_PREFIX } from "../shared/manifest";

const name = z.string().check(z.minLength(1));
const days = z.string().check(z.regex(/^(?:|[1-9]\d{0,3})$/));
/** Queue that the function is fed from, to set when a failed message comes again. */
const queue = { QUEUE_URL: name };

/** What the figures' load function reads from its environment; the stack must give all of it, here and below. */
export const LoadFiguresEnv = z.object({
  ...queue,
  /** Table of the figures per shop, content and day. */
  FIGURES_TABLE: name,
  /** Table of what each raw object has brought to the figures. */
  CONTRIBUTIONS_TABLE: name,
  /** Days that a figure is kept, from its day on; empty for ever. A new value holds for what is loaded from then on. */
  FIGURES_KEPT_DAYS: days,
});
export type LoadFiguresEnv = z.infer<typeof LoadFiguresEnv>;

/** What the rows' load function reads from its environment. */
export const LoadRowsEnv = z.object({
  ...queue,
  DATABASE_HOST: name,
  DATABASE_PORT: name,
  DATABASE_NAME: name,
  /** User that logs in with a token of IAM. */
  DATABASE_USER: name,
  /** Days that a row is kept, from its event on; empty for ever. */
  ROWS_KEPT_DAYS: days,
});
export type LoadRowsEnv = z.infer<typeof LoadRowsEnv>;

/** What the lake's load function reads from its environment; its bucket is the one that the event names. */
export const LoadLakeEnv = z.object(queue);
export type LoadLakeEnv = z.infer<typeof LoadLakeEnv>;

/** The number that a setting of days stands for; none for an empty one. */
export const keptDays = (text: string): number | undefined => (text === "" ? undefined : Number(text));

/** Keys of the tables, and the attribute that says when an item may be removed: the stack makes them so. */
export interface LoadTableKeys {
  readonly figures: typeof FIGURE_KEYS;
  readonly contributions: typeof CONTRIBUTION_KEYS;
  readonly expiry: typeof EXPIRY;
}

/** Where the lake's objects lie, and what they are made of: the stack grants these prefixes and no other. */
export interface LakePrefixes {
  readonly manifests: typeof MANIFEST_PREFIX;
  readonly versions: typeof OUTPUT_PREFIX;
  readonly lake: typeof LAKE_PREFIX;
  readonly heads: typeof HEAD_PREFIX;
}

type Column = (typeof COLUMNS)[number];
type GlueType<C> = C extends { logical_type: { type: "TIMESTAMP" } }
  ? "timestamp"
  : C extends {
        logical_type: { type: "DECIMAL"; precision: infer P extends number; scale: infer S extends number };
      }
    ? `decimal(${P},${S})`
    : C extends { type: "INT32" }
      ? "int"
      : C extends { logical_type: { type: "STRING" } }
        ? "string"
        : never;

/** Columns of the lake's table, as Glue knows them: names in lower case, types of Hive. */
export type LakeColumns = {
  readonly [C in Column as Lowercase<C["name"]>]: GlueType<C>;
};
