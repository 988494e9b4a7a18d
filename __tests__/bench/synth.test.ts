import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { time } from "../../bench/measure";
import { assertSameFiles, meetsTargets, ratios, synthCommand, table } from "../../bench/synth";

jest.setTimeout(30_000);

const ROOT = join(__dirname, "../..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "groundplan-bench-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("takes the median of the ratios of each round, not the ratio of medians", () => {
  const times = [
    [10, 20, 2],
    [30, 40, 10],
    [90, 100, 45],
  ];
  expect(ratios(times)).toEqual({ ratioToUnbundled: 0.75, ratioToNode: 3 });
});

test("prints each figure with its target and verdict", () => {
  expect(table({ ratioToUnbundled: 0.6, ratioToNode: 5.25, peakMiB: 70.1 })).toBe(
    [
      "synth / same app unbundled      0.60   ≤ 0.75   met",
      "synth / node -e 0               5.25   ≤ 5.00   MISSED",
      "peak memory of a synth, MiB     70.1",
    ].join("\n"),
  );
});

test.each([
  [0.75, 5, true],
  [0.751, 5, false],
  [0.75, 5.001, false],
])("judges %d of unbundled and %d of node: %s", (ratioToUnbundled, ratioToNode, met) => {
  expect(meetsTargets({ ratioToUnbundled, ratioToNode, peakMiB: 70 })).toBe(met);
});

test.each([
  [
    "other contents",
    { "a.json": "2" },
    "the programs write different contents to a.json: compare bundle and packages",
  ],
  [
    "another file",
    { "a.json": "1", "b.json": "" },
    "the programs write different files: a.json and a.json,b.json",
  ],
])("rejects two programs that write %s", (_, files, message) => {
  for (const name of ["ours", "other"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "ours/a.json"), "1");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "other", name), text);
  expect(() => assertSameFiles(join(folder, "ours"), join(folder, "other"))).toThrow(message);
});

test("rejects no rounds", () => {
  const command = synthCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  expect(() => command.parse(["--runs", "0"], { from: "user" })).toThrow(
    "error: option '--runs <n>' argument '0' is invalid. It must be a whole number from 1.",
  );
});

test("measures an app of 150 blocks in three stacks with their state in S3", () => {
  const env = { ...process.env, GROUNDPLAN_HOME: join(folder, "home"), CDKTF_OUTDIR: join(folder, "out") };
  time({ args: ["bin/launch.mjs", "bench/app/main.ts"], env, cwd: ROOT });
  const stacks = readdirSync(join(folder, "out/stacks")).map((name) =>
    JSON.parse(readFileSync(join(folder, "out/stacks", name, "cdk.tf.json"), "utf8")),
  );
  const types = stacks.flatMap(({ resource = {}, data = {} }) => [
    ...Object.entries(resource),
    ...Object.entries(data),
  ]);
  expect(stacks.map(({ terraform }) => Object.keys(terraform.backend))).toEqual([["s3"], ["s3"], ["s3"]]);
  expect(types.reduce((sum, [, blocks]) => sum + Object.keys(blocks as object).length, 0)).toBe(150);
  expect(new Set(types.map(([type]) => type)).size).toBeGreaterThanOrEqual(20);
});
