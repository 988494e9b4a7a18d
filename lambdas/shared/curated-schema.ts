import type { SchemaElement } from "hyparquet";
import { AMOUNT_PRECISION, AMOUNT_SCALE } from "./amount";

const required = { repetition_type: "REQUIRED" } as const;
const optional = { repetition_type: "OPTIONAL" } as const;
const text = { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } } as const;
const currencyAmount = { scale: AMOUNT_SCALE, precision: AMOUNT_PRECISION } as const;

/** Columns of a curated file, in order: one row per event. A new one goes last: files from before do not have it. */
export const COLUMNS = [
  {
    name: "occurredAt",
    type: "INT64",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
    converted_type: "TIMESTAMP_MICROS",
    ...required,
  },
  { name: "eventId", ...text, ...required },
  { name: "type", ...text, ...required },
  { name: "shopId", ...text, ...required },
  { name: "contentId", ...text, ...optional },
  { name: "productId", ...text, ...optional },
  { name: "visitorId", ...text, ...required },
  { name: "quantity", type: "INT32", ...optional },
  {
    name: "amount",
    type: "INT64",
    logical_type: { type: "DECIMAL", ...currencyAmount },
    converted_type: "DECIMAL",
    ...currencyAmount,
    ...optional,
  },
  { name: "currency", ...text, ...optional },
  { name: "sessionId", ...text, ...optional },
] as const satisfies readonly SchemaElement[];

/** The whole schema, as the footer of a curated file holds it. */
export const CURATED_SCHEMA: readonly SchemaElement[] = [
  { name: "event", num_children: COLUMNS.length },
  ...COLUMNS,
];
