import { createHash } from "node:crypto";
import { parquetWriteBuffer } from "hyparquet-writer";
import { MANIFEST_KEY } from "../../../lambdas/recommendations/manifest";
import type { Story } from "../../../lambdas/shared/recommendation";

/** A row as the training writes it; anything else is a mistake of a test's own. */
export type RecommendedRow = Readonly<
  Record<"shopId" | "contentId" | "rank" | "productId" | "score", unknown>
>;

/** A run of the training that is about to be published. */
export interface Training {
  /** Of `run=…`; the later one is greater. */
  readonly at: string;
  /** Rows of each file. */
  readonly files: readonly (readonly RecommendedRow[])[];
  /** What the manifest says; as many as there are unless told otherwise. */
  readonly rows?: number;
}

type Put = (key: string, body: Uint8Array | string) => unknown;

/** Stories of one shop with a product or more, in order: `names` are theirs. */
export function storiesNamed(names: readonly string[], products = 2, shopId = "atlas"): Story[] {
  return [...names].sort().map((contentId) => ({
    shopId,
    contentId,
    products: Array.from({ length: products }, (_, at) => ({
      productId: `p-${at + 1}`,
      score: 1 / (at + 2),
    })),
  }));
}

export const rowsOfStories = (stories: readonly Story[]): RecommendedRow[] =>
  stories.flatMap(({ shopId, contentId, products }) =>
    products.map(({ productId, score }, at) => ({ shopId, contentId, rank: at + 1, productId, score })),
  );

/** A file of the training, of several row groups. */
export function recommendationFile(rows: readonly RecommendedRow[]): Uint8Array {
  const column = (name: keyof RecommendedRow, type: "STRING" | "INT32" | "DOUBLE") => ({
    name,
    type,
    nullable: true,
    data: rows.map((row) => row[name] as string),
  });
  const columnData = [
    column("shopId", "STRING"),
    column("contentId", "STRING"),
    column("rank", "INT32"),
    column("productId", "STRING"),
    column("score", "DOUBLE"),
  ];
  return new Uint8Array(
    parquetWriteBuffer({ columnData, rowGroupSize: Math.max(3, Math.ceil(rows.length / 4)) }),
  );
}

/** Publishes a run as the job does: files first, then the manifest. @returns the keys of its files */
export async function publish(put: Put, { at, files, rows }: Training): Promise<string[]> {
  const run = `run=${at}`;
  const written = files.map((part, number) => {
    const body = recommendationFile(part);
    // Spark names no two files alike.
    const id = createHash("md5").update(body).digest("hex");
    const name = `part-${String(number).padStart(5, "0")}-${id}.snappy.parquet`;
    return { key: `recommendations/${run}/rows/${name}`, body };
  });
  for (const { key, body } of written) await put(key, body);
  await put(
    MANIFEST_KEY,
    JSON.stringify({
      schemaVersion: 1,
      run,
      trainedAt: trainedAt(at),
      rows: rows ?? files.flat().length,
      files: written.map(({ key, body }) => ({ key, bytes: body.byteLength })),
      metrics: `recommendations/${run}/metrics.json`,
    }),
  );
  return written.map(({ key }) => key);
}

/** `20260331T180500Z` as ISO 8601. */
export const trainedAt = (at: string): string =>
  at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
