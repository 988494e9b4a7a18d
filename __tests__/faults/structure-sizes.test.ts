import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { DEFAULT_LIMITS } from "../../lambdas/structure/partitions";

const MIB = 1024 * 1024;
const SIZE = process.env.FAULTS === "full" ? 1024 * MIB : 128 * MIB;
const SECONDS = 600;
/** The function has 1,024 MiB and must need no more than 60 % of it. */
const MOST_MIB = 0.6 * 1024;
/** Its `/tmp`. */
const MOST_DISK_MIB = 512;

interface Outcome {
  readonly lines?: { readonly in: number; readonly good: number; readonly rejected: number };
  readonly outputs?: number;
  readonly refused?: string;
  readonly peakMiB: number;
  readonly diskMiB: number;
}

const folder = mkdtempSync(join(tmpdir(), "groundplan-sizes-"));
const program = join(folder, "child.js");

beforeAll(() => {
  buildSync({
    entryPoints: [join(__dirname, "structure-sizes-child.ts")],
    outfile: program,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    tsconfigRaw: {},
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a process of its own makes of a generated object. */
async function digest(kind: string, bytes: number): Promise<Outcome> {
  const env = { ...process.env, NODE_OPTIONS: "", TMPDIR: folder };
  const args = [program, kind, String(bytes)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    env,
    timeout: SECONDS * 1000,
  });
  expect(stderr).toBe("");
  const outcome = JSON.parse(stdout) as Outcome;
  expect(outcome.peakMiB).toBeLessThan(MOST_MIB);
  expect(outcome.diskMiB).toBeLessThan(MOST_DISK_MIB);
  expect(readdirSync(folder)).toEqual(["child.js"]);
  return outcome;
}

describe(`an object of ${SIZE / MIB} MiB`, () => {
  test.each([
    ["plain, of one shop", "plain", 1],
    ["gzipped, of one shop", "gzip", 1],
    ["of 50 shops and 24 months in turns", "scattered", 1000],
  ])(
    "becomes Parquet within the function's memory and disk: %s",
    async (_what, kind, outputs) => {
      const outcome = await digest(kind, SIZE);
      expect(outcome.lines?.good).toBeGreaterThan(SIZE / 250);
      expect(outcome.lines).toEqual({ in: outcome.lines?.good, good: outcome.lines?.good, rejected: 0 });
      expect(outcome.outputs).toBeGreaterThanOrEqual(outputs);
    },
    SECONDS * 1000,
  );
});

test("an object of 0 bytes becomes nothing", async () => {
  expect(await digest("plain", 0)).toMatchObject({
    lines: { in: 0, good: 0, rejected: 0 },
    outputs: 0,
    diskMiB: 0,
  });
});

test(
  "rejects a gzip file of 1000:1 past the limit with its reason, within the function's memory",
  async () => {
    const limit = DEFAULT_LIMITS.unpackedBytes;
    expect((await digest("bomb", limit + 1)).refused).toBe(
      `PermanentError: object: must unpack to at most ${limit} bytes, got more: split the file into smaller ones`,
    );
  },
  SECONDS * 1000,
);

test(
  "rejects a large object that holds no events with its reason, within the function's memory",
  async () => {
    expect((await digest("refused", SIZE)).refused).toBe(
      "PermanentError: object: must hold at most 1000000 lines that are no events, got more (a line must be JSON, got something else): see whether it holds events at all",
    );
  },
  SECONDS * 1000,
);
