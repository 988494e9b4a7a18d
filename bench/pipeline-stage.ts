import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { ask, findExecutable } from "../local/executable";
import { STRUCTURE_NODE_OPTIONS } from "../stacks/pipeline-stack";
import { BenchError, median } from "./measure";
import { type Written, writeEvents } from "./pipeline-stage-events";
import { benchPython } from "./pipeline-stage-python";

const ROOT = join(__dirname, "..");
const RUN_SECONDS = 300;

/** What the README claims of the stage's code; see docs/decisions/0001-parquet-engine.md. */
export const STAGE_TARGETS = { mbPerSecond: 30, peakMiB: 128 } as const;

/** One way from NDJSON to Parquet: medians over the rounds, but the highest peak. */
export interface StageBench {
  /** `groundplan` judges each line, the others do not. */
  readonly name: "groundplan" | "duckdb" | "pyarrow";
  /** Input in 10^6 bytes per second of wall clock, from the start of the process to its end. */
  readonly mbPerSecond: number;
  /** The same per second of processor time: what is left of it on a machine that others use too. */
  readonly mbPerCpuSecond: number;
  readonly peakMiB: number;
  /** Whether the process was held to one core (`taskset`); if not, its library was told to use one thread. */
  readonly oneCore: boolean;
}

export interface StageBenchOptions {
  /** Size of the generated file. @default 200 */
  readonly megabytes?: number;
  /** @default 3 */
  readonly rounds?: number;
  readonly onProgress?: (text: string) => void;
}

type Contender = readonly [name: StageBench["name"], command: string, ...args: string[]];
type Run = Pick<StageBench, "mbPerSecond" | "mbPerCpuSecond" | "peakMiB">;

/**
 * The structure stage's code alone, DuckDB and pyarrow, on the same generated file, in turns, so that a slow minute of
 * the machine meets all of them.
 * @throws BenchError when one fails, or they do not agree on the number of rows
 */
export async function benchStage(options: StageBenchOptions = {}): Promise<StageBench[]> {
  const { megabytes = 200, rounds = 3, onProgress = () => {} } = options;
  const folder = mkdtempSync(join(tmpdir(), "groundplan-bench-"));
  try {
    onProgress(`writing ${megabytes} MB of events`);
    const input = join(folder, "events.ndjson");
    const written = writeEvents(input, megabytes);
    onProgress("making a Python environment");
    const contenders = contendersIn(folder, input, await benchPython());
    const taskset = findExecutable("taskset");
    const runs = new Map<StageBench["name"], Run[]>(contenders.map(([name]) => [name, []]));
    for (let round = 1; round <= rounds; round += 1)
      for (const contender of contenders) {
        onProgress(`round ${round} of ${rounds}: ${contender[0]}`);
        runs.get(contender[0])?.push(await measure(contender, taskset, written, folder));
      }
    return [...runs].map(([name, found]) => ({ name, ...summary(found), oneCore: taskset !== undefined }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Our code as the function has it: one minified bundle, with the function's own options of Node. */
function contendersIn(folder: string, input: string, python: string): Contender[] {
  const program = join(folder, "program.js");
  buildSync({
    entryPoints: [join(ROOT, "bench/pipeline-stage-program.ts")],
    outfile: program,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    tsconfigRaw: {},
    logLevel: "silent",
  });
  const output = join(folder, "output");
  mkdirSync(output);
  const script = join(ROOT, "bench/pipeline_stage.py");
  return [
    ["groundplan", process.execPath, STRUCTURE_NODE_OPTIONS, program, input, output],
    ["duckdb", python, script, "duckdb", input, output],
    ["pyarrow", python, script, "pyarrow", input, output],
  ];
}

async function measure(
  [name, command, ...args]: Contender,
  taskset: string | undefined,
  { bytes, rows }: Written,
  folder: string,
): Promise<Run> {
  const { NODE_OPTIONS, NODE_COMPILE_CACHE, NODE_V8_COVERAGE, ...env } = process.env;
  const held = taskset === undefined ? [command, ...args] : [taskset, "-c", "0", command, ...args];
  const [first = command, ...rest] = held;
  const start = process.hrtime.bigint();
  const said = await ask(first, rest, env, { seconds: RUN_SECONDS, cwd: folder });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (!said.succeeded) throw new BenchError(`${name} failed:\n${said.stderr.trim()}`);
  const found = JSON.parse(said.stdout) as { rows: number; cpuSeconds: number; peakMiB: number };
  if (found.rows !== rows) throw new BenchError(`${name} wrote ${found.rows} rows out of ${rows}`);
  return {
    mbPerSecond: bytes / 1e6 / seconds,
    mbPerCpuSecond: bytes / 1e6 / found.cpuSeconds,
    peakMiB: found.peakMiB,
  };
}

/** To one decimal. */
export function summary(runs: readonly Run[]): Run {
  const rounded = (value: number): number => Number(value.toFixed(1));
  return {
    mbPerSecond: rounded(median(runs.map((run) => run.mbPerSecond))),
    mbPerCpuSecond: rounded(median(runs.map((run) => run.mbPerCpuSecond))),
    peakMiB: rounded(Math.max(...runs.map((run) => run.peakMiB))),
  };
}
