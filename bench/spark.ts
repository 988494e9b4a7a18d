import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { findJava } from "../local/find-java";
import { sparkDevPython } from "../local/spark-python";
import { zipPython } from "../modules/spark-cluster/jobs/python-zip";
import { FULL, measureSpark, type SparkOptions } from "./spark-measure";
import { missed, sparkTable } from "./spark-report";

const ROOT = join(__dirname, "..");
const README = join(ROOT, "README.md");
const BEGIN = "<!-- bench-spark: written by `npm run bench -- spark`, do not edit -->";
const END = "<!-- /bench-spark -->";
/** A shop month must have one. */
const FEWEST_EVENTS = 1_000;

interface Options {
  readonly events?: number;
  readonly rounds?: number;
  readonly json?: boolean;
}

/** `bench spark`: the Spark jobs on generated lakes as spark-submit runs them, and DuckDB beside one of them. */
export function sparkCommand(): Command {
  return new Command("spark")
    .description(
      "the Spark jobs on generated lakes, and DuckDB beside one of them; writes the README's table",
    )
    .option("--events <number>", "one lake of this size, once: the README stays as it is", eventsIn)
    .option("--rounds <number>", "how often each lake has its turn, 1 to 9 (default: 3)", roundsIn)
    .option("--json", "one JSON document on stdout, and the README stays as it is")
    .action(async ({ events, rounds = FULL.rounds, json = false }: Options) => {
      const say = (text: string) => process.stderr.write(`  ${text}\n`);
      const isFull = events === undefined;
      const isWritten = isFull && !json;
      if (isWritten) withSparkBench(readFileSync(README, "utf8"), ""); // fails before minutes are spent
      const folder = mkdtempSync(join(tmpdir(), "groundplan-bench-"));
      process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
      process.once("SIGINT", () => process.exit(130)); // what runs ends with it
      process.once("SIGTERM", () => process.exit(143));
      const java = await findJava();
      const python = await sparkDevPython(say);
      const packages = ["support", "transforms"].map((name) => join(ROOT, "spark", name));
      const modules = zipPython({ packages, directory: folder }).path;
      const options: SparkOptions = isFull ? { ...FULL, rounds } : { sizes: [events], rounds: 1 };
      const found = await measureSpark({ python, java, modules, folder }, options, say);
      if (json) return void process.stdout.write(`${JSON.stringify(found)}\n`);
      const table = sparkTable(found);
      process.stdout.write(`${table}\n`);
      if (isWritten) writeFileSync(README, withSparkBench(readFileSync(README, "utf8"), table));
      for (const what of missed(found)) {
        say(`MISSED ${what}`);
        process.exitCode = 1;
      }
    });
}

function roundsIn(text: string): number {
  if (/^[1-9]$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 to 9.");
}

function eventsIn(text: string): number {
  const events = /^\d{1,8}$/.test(text) ? Number(text) : 0;
  if (events < FEWEST_EVENTS)
    throw new InvalidArgumentError(`It must be a whole number from ${FEWEST_EVENTS}.`);
  return events;
}

/** The README with the table that it should have. @throws RangeError when it has no place for one */
export function withSparkBench(readme: string, table: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new RangeError(`the README needs the lines ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n${table}\n${readme.slice(end)}`;
}
