import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { build } from "esbuild";
import { BenchError, interleave, median, type Program, time } from "./measure";

const ROOT = join(__dirname, "..");
const WARM_UP_ROUNDS = 2;
const DEFAULT_ROUNDS = 15;
const PEAK_RUNS = 3;

/** What the README claims; a figure above its target fails the bench. */
export const TARGETS = { ratioToUnbundled: 0.75, ratioToNode: 5 } as const;

/** The result: medians over the rounds of the ratios within a round, and the peak resident memory of a synth. */
export interface SynthFigures {
  readonly ratioToUnbundled: number;
  readonly ratioToNode: number;
  readonly peakMiB: number;
}

/** `bench synth`: the fixed app by the launcher, the same app unbundled, and a bare Node. */
export function synthCommand(): Command {
  return new Command("synth")
    .description("start and synth of 150 blocks, against the same app unbundled and a bare Node")
    .option("--json", "one JSON document on stdout")
    .option("--runs <n>", "rounds to measure", rounds, DEFAULT_ROUNDS)
    .action(async ({ json, runs }: { json?: boolean; runs: number }) => {
      const figures = await measureSynth(runs);
      process.stdout.write(json ? `${JSON.stringify(figures)}\n` : `${table(figures)}\n`);
      if (!json && !meetsTargets(figures)) process.exitCode = 1;
    });
}

/** Measures in a folder of its own, and forgets it afterwards. */
export async function measureSynth(runs: number): Promise<SynthFigures> {
  const folder = mkdtempSync(join(tmpdir(), "groundplan-bench-"));
  try {
    const [ours, unbundled] = [launched(folder), await compiled(folder)];
    const bare: Program = { args: ["-e", "0"], env: environment(), cwd: folder };
    console.error("building, and comparing what both write …");
    time(ours);
    time(unbundled);
    assertSameFiles(join(folder, "ours"), join(folder, "unbundled"));
    console.error(`measuring ${runs} rounds after ${WARM_UP_ROUNDS} to warm up …`);
    interleave([ours, unbundled, bare], WARM_UP_ROUNDS);
    const times = interleave([ours, unbundled, bare], runs);
    return { ...ratios(times), peakMiB: peakMiB(ours, folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The medians of the ratios of each round `[ours, unbundled, bare]`, to three decimals. */
export function ratios(times: readonly number[][]): Omit<SynthFigures, "peakMiB"> {
  const ratio = (index: number) =>
    Number(median(times.map((round) => (round[0] ?? Number.NaN) / (round[index] ?? Number.NaN))).toFixed(3));
  return { ratioToUnbundled: ratio(1), ratioToNode: ratio(2) };
}

export function meetsTargets({ ratioToUnbundled, ratioToNode }: SynthFigures): boolean {
  return ratioToUnbundled <= TARGETS.ratioToUnbundled && ratioToNode <= TARGETS.ratioToNode;
}

/** The figures for people: each with its target and whether it is met. */
export function table({ ratioToUnbundled, ratioToNode, peakMiB }: SynthFigures): string {
  const row = (label: string, value: number, target: number) =>
    `${label.padEnd(28)}${value.toFixed(2).padStart(8)}   ≤ ${target.toFixed(2)}   ${value <= target ? "met" : "MISSED"}`;
  return [
    row("synth / same app unbundled", ratioToUnbundled, TARGETS.ratioToUnbundled),
    row("synth / node -e 0", ratioToNode, TARGETS.ratioToNode),
    `${"peak memory of a synth, MiB".padEnd(28)}${peakMiB.toFixed(1).padStart(8)}`,
  ].join("\n");
}

/** The app by our launcher: one bundle with V8's code cache. */
function launched(folder: string): Program {
  return {
    args: [join(ROOT, "bin/launch.mjs"), "bench/app/main.ts"],
    env: environment({ GROUNDPLAN_HOME: join(folder, "home"), CDKTF_OUTDIR: join(folder, "ours") }),
    cwd: folder,
  };
}

/** The same app as a project has it that compiles its TypeScript file by file and requires its packages deep. */
async function compiled(folder: string): Promise<Program> {
  const source = join(ROOT, "bench/app");
  const outdir = join(folder, "app");
  mkdirSync(outdir);
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  await build({
    entryPoints: readdirSync(source).map((name) => join(source, name)),
    outdir,
    format: "cjs",
    platform: "node",
    target: "node20",
  });
  return {
    args: [join(outdir, "main.js")],
    env: environment({ CDKTF_OUTDIR: join(folder, "unbundled") }),
    cwd: folder,
  };
}

/** This environment without what would change how a Node starts. */
function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, NODE_COMPILE_CACHE, NODE_V8_COVERAGE, ...rest } = process.env;
  return { ...rest, ...more };
}

/** @throws BenchError that names the first file in which the two folders differ */
export function assertSameFiles(first: string, second: string): void {
  const [names, others] = [first, second].map((folder) =>
    readdirSync(folder, { recursive: true }).map(String).sort(),
  );
  if (String(names) !== String(others)) {
    throw new BenchError(`the programs write different files: ${names} and ${others}`);
  }
  for (const name of names?.filter((each) => each.endsWith(".json")) ?? []) {
    if (!readFileSync(join(first, name)).equals(readFileSync(join(second, name)))) {
      throw new BenchError(`the programs write different contents to ${name}: compare bundle and packages`);
    }
  }
}

/** The highest peak of some runs, apart from those that are timed. */
function peakMiB(program: Program, folder: string): number {
  const file = join(folder, "peak");
  const env = { ...program.env, NODE_OPTIONS: `--require ${join(ROOT, "bench/peak.cjs")}`, BENCH_PEAK: file };
  const peaks = Array.from({ length: PEAK_RUNS }, () => {
    time({ ...program, env });
    return Number(readFileSync(file, "utf8")) / 1024;
  });
  return Number(Math.max(...peaks).toFixed(1));
}

function rounds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
}
