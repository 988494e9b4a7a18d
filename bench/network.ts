import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { interleave, median, type Program } from "./measure";

const ROOT = join(__dirname, "..");
const WARM_UP_ROUNDS = 2;
const DEFAULT_ROUNDS = 15;

/** What the README claims; a figure above it fails the bench. */
export const TARGET = 1.3;

/** `bench network`: the synth of six zones × three tiers with all endpoints, against the same without. */
export function networkCommand(): Command {
  return new Command("network")
    .description("synth of a network of 6 zones × 3 tiers with all endpoints, against the plain one")
    .option("--json", "one JSON document on stdout")
    .action(({ json }: { json?: boolean }) => {
      const ratioToPlain = measureNetwork(DEFAULT_ROUNDS);
      process.stdout.write(json ? `${JSON.stringify({ ratioToPlain })}\n` : `${line(ratioToPlain)}\n`);
      if (!json && ratioToPlain > TARGET) process.exitCode = 1;
    });
}

/** The median over the rounds of the ratio within a round: whole synths, from the start of a process to its end. */
export function measureNetwork(rounds: number): number {
  const folder = mkdtempSync(join(tmpdir(), "groundplan-bench-"));
  try {
    const programs = [program(folder, "full", { BENCH_ENDPOINTS: "1" }), program(folder, "plain", {})];
    interleave(programs, WARM_UP_ROUNDS);
    return ratioOf(interleave(programs, rounds));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The median of the ratios of each round `[full, plain]`, to three decimals. */
export function ratioOf(times: readonly number[][]): number {
  const ratios = times.map(([full = Number.NaN, plain = Number.NaN]) => full / plain);
  return Number(median(ratios).toFixed(3));
}

export function line(ratioToPlain: number): string {
  const verdict = ratioToPlain <= TARGET ? "met" : "MISSED";
  return `with all endpoints / plain   ${ratioToPlain.toFixed(2)}   ≤ ${TARGET.toFixed(2)}   ${verdict}`;
}

function program(folder: string, name: string, more: NodeJS.ProcessEnv): Program {
  const { NODE_OPTIONS, NODE_COMPILE_CACHE, NODE_V8_COVERAGE, BENCH_ENDPOINTS, ...env } = process.env;
  const home = { GROUNDPLAN_HOME: join(folder, "home"), CDKTF_OUTDIR: join(folder, name) };
  return {
    args: [join(ROOT, "bin/launch.mjs"), "bench/network-app.ts"],
    env: { ...env, ...home, ...more },
    cwd: folder,
  };
}
