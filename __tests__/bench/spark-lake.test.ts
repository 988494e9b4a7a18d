import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lakesOf, linkLake } from "../../bench/spark-lake";
import { FULL } from "../../bench/spark-measure";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "groundplan-bench-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("plans a file for each 5,000 events, and three for each shop and month at least", () => {
  const plans = lakesOf(FULL).map(({ kind, events, files, shareOfFirstShop }) => [
    ...[kind, events, files, shareOfFirstShop],
  ]);
  expect(plans).toEqual([
    ["start", 1_000, 45, 0.2],
    ["size", 200_000, 45, 0.2],
    ["size", 1_000_000, 200, 0.2],
    ["size", 5_000_000, 1_000, 0.2],
    ["skew", 1_000_000, 200, 0.8],
    ["small files", 1_000_000, 10_000, 0.2],
  ]);
});

test("plans nothing but the sizes where there is no more", () => {
  expect(lakesOf({ sizes: [20_000] }).map(({ kind }) => kind)).toEqual(["size"]);
});

test("copies a lake so that a file which is replaced in the copy stays in the lake", () => {
  const [lake, copy] = [join(folder, "lake"), join(folder, "copy")];
  mkdirSync(join(lake, "shop=a/month=2024-01"), { recursive: true });
  writeFileSync(join(lake, "shop=a/month=2024-01/one.parquet"), "lake");
  linkLake(lake, copy);
  writeFileSync(join(folder, "draft"), "run");
  renameSync(join(folder, "draft"), join(copy, "shop=a/month=2024-01/one.parquet"));
  expect(readdirSync(copy)).toEqual(["shop=a"]);
  expect(readFileSync(join(lake, "shop=a/month=2024-01/one.parquet"), "utf8")).toBe("lake");
});
