import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { rowGroups } from "../../../lambdas/shared/curated-file";
import { COLUMNS, CURATED_SCHEMA } from "../../../lambdas/shared/curated-schema";
import type { CuratedStore } from "../../../lambdas/shared/curated-store";
import type { EventRow } from "../../../lambdas/shared/postgres-rows";

const NAMES = COLUMNS.map(({ name }) => name);

/** A file of the curated bucket that lost rows, as a report has it. */
export interface Erased {
  readonly key: string;
  readonly source: string;
  readonly rows: number;
  readonly erased: number;
  readonly bytes: number;
}

/**
 * Does what spark/jobs/erase_visitors.py does: of the files that have rows of `visitors` each is replaced under its key.
 * @returns what the report says of them
 */
export async function eraseVisitors(
  curated: CuratedStore,
  keys: readonly string[],
  visitors: readonly string[],
): Promise<Erased[]> {
  const replaced: Erased[] = [];
  for (const key of keys) {
    const head = await curated.head(key);
    const rows: EventRow[] = [];
    if (head === "missing") continue;
    for await (const group of rowGroups<EventRow>(curated, { key, bytes: head.size }, NAMES))
      rows.push(...group);
    const kept = rows.filter(({ visitorId }) => !visitors.includes(visitorId));
    if (kept.length === rows.length) continue;
    const file = curatedFile(kept);
    await curated.put(key, file, "application/vnd.apache.parquet");
    const source = key.split("/").at(-1)?.slice(0, 32) ?? "";
    const erased = rows.length - kept.length;
    replaced.push({ key, source, rows: kept.length, erased, bytes: file.byteLength });
  }
  return replaced;
}

function curatedFile(rows: readonly EventRow[]): Uint8Array {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({ writer, schema: [...CURATED_SCHEMA], createdBy: "parquet-mr" });
  const columnData = NAMES.map((name) => ({ name, data: rows.map((row) => row[name]) }));
  if (rows.length > 0) parquet.write({ columnData, rowGroupSize: rows.length });
  parquet.finish();
  return writer.getBytes();
}

/** The report of a run, as the job writes it. */
export const reportOf = (
  replaced: readonly Erased[],
  outcome: "begun" | "erased" | "incomplete" = "erased",
): string =>
  JSON.stringify({
    schemaVersion: 1,
    outcome,
    run: "run=20260401T000000Z",
    visitors: 1,
    shop: null,
    files: { read: 9, withRows: replaced.length },
    rows: replaced.reduce((sum, { erased }) => sum + erased, 0),
    replaced,
    left: [],
  });
