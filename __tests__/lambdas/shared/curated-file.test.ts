import { rowGroups } from "../../../lambdas/shared/curated-file";
import { Stale } from "../../../lambdas/shared/stale";
import { MemoryBucket } from "../support/memory-bucket";
import { recommendationFile, rowsOfStories, storiesNamed } from "../support/recommended";

const ROWS = rowsOfStories(storiesNamed(["a", "b", "c", "d", "e"]));
const KEY = "recommendations/run=1/rows/part-0.parquet";

/** The ranks of each group of rows that is given at once. */
async function groups(bucket: MemoryBucket, bytes: number, most?: number): Promise<string[][]> {
  const given: string[][] = [];
  for await (const rows of rowGroups<{ contentId: string; rank: number }>(
    bucket,
    { key: KEY, bytes },
    ["contentId", "rank"],
    most,
  ))
    given.push(rows.map(({ contentId, rank }) => `${contentId}${rank}`));
  return given;
}

describe("rows of a curated file", () => {
  const body = recommendationFile(ROWS);
  const bucket = new MemoryBucket("curated");
  bucket.place(KEY, body);

  test("come a row group at a time", async () => {
    expect(await groups(bucket, body.byteLength)).toEqual([
      ["a1", "a2", "b1"],
      ["b2", "c1", "c2"],
      ["d1", "d2", "e1"],
      ["e2"],
    ]);
  });

  test("come in parts of a row group where it is large", async () => {
    expect(await groups(bucket, body.byteLength, 2)).toEqual([
      ["a1", "a2"],
      ["b1"],
      ["b2", "c1"],
      ["c2"],
      ["d1", "d2"],
      ["e1"],
      ["e2"],
    ]);
  });

  test("rejects a file that is gone, so that its manifest is read again", async () => {
    await expect(groups(new MemoryBucket("curated"), body.byteLength)).rejects.toThrow(Stale);
  });
});
