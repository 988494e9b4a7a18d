import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { benchEndToEnd, type EndToEndBench } from "./pipeline-end-to-end";
import { benchStage, STAGE_TARGETS, type StageBench } from "./pipeline-stage";

const README = join(__dirname, "..", "README.md");
const BEGIN = "<!-- bench: written by `npm run bench -- pipeline`, do not edit -->";
const END = "<!-- /bench -->";

const WHAT: Readonly<Record<StageBench["name"], string>> = {
  groundplan: "the structure stage: every line judged, then Parquet",
  duckdb: "DuckDB (Python), `COPY … TO`: no line judged",
  pyarrow: "pyarrow, `read_json` and `write_table`: no line judged",
};

export interface PipelineBench {
  readonly megabytes: number;
  readonly stage: readonly StageBench[];
  readonly endToEnd: EndToEndBench;
}

interface Options {
  readonly json?: boolean;
  readonly megabytes: string;
  readonly objects: string;
}

/** `bench pipeline`: the stage's code beside DuckDB and pyarrow, then the whole pipeline on the embedded AWS. */
export function pipelineCommand(): Command {
  return new Command("pipeline")
    .description(
      "the stage's code beside DuckDB and pyarrow, then all stages on the embedded AWS; writes the README's table",
    )
    .option("--megabytes <number>", "size of the file for the stage's code", "200")
    .option("--objects <number>", "objects for the whole pipeline", "1000")
    .option("--json", "one JSON document on stdout, and the README stays as it is")
    .action(async ({ json, ...sizes }: Options) => {
      const say = (text: string) => process.stderr.write(`  ${text}\n`);
      const megabytes = Number(sizes.megabytes);
      const stage = await benchStage({ megabytes, onProgress: say });
      const endToEnd = await benchEndToEnd(Number(sizes.objects), say);
      const found = { megabytes, stage, endToEnd };
      if (json === true) process.stdout.write(`${JSON.stringify(found)}\n`);
      else {
        process.stdout.write(`${benchTable(found)}\n`);
        writeFileSync(README, withBench(readFileSync(README, "utf8"), benchTable(found)));
        if (!meetsTargets(stage)) process.exitCode = 1;
      }
    });
}

/** Processor time, because other work of the machine is in the wall clock. */
export function meetsTargets(stage: readonly StageBench[]): boolean {
  const ours = stage.find(({ name }) => name === "groundplan");
  return (
    ours !== undefined &&
    ours.mbPerCpuSecond >= STAGE_TARGETS.mbPerSecond &&
    ours.peakMiB <= STAGE_TARGETS.peakMiB
  );
}

/** What was measured, as Markdown. */
export function benchTable({ megabytes, stage, endToEnd }: PipelineBench): string {
  const { objects, eventsPerObject, seconds, objectsPerSecond } = endToEnd;
  const rows = stage.map(
    ({ name, mbPerSecond, mbPerCpuSecond, peakMiB }) =>
      `| ${WHAT[name]} | ${mbPerSecond.toFixed(0)} | ${mbPerCpuSecond.toFixed(0)} | ${peakMiB.toFixed(0)} |`,
  );
  return [
    `| ${megabytes} MB of NDJSON → Parquet, one core | MB/s | MB per second of processor time | peak MiB |`,
    "|---|---:|---:|---:|",
    ...rows,
    "",
    `End to end on the embedded AWS, two cores for all of it: ${objects} objects of ${eventsPerObject} events were in all three stores after ` +
      `${seconds.toFixed(0)} s, ${objectsPerSecond.toFixed(1)} objects per second.`,
  ].join("\n");
}

/** The README with the table that it should have. @throws RangeError when it has no place for one */
export function withBench(readme: string, table: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new RangeError(`the README needs the lines ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n${table}\n${readme.slice(end)}`;
}
