import { createReadStream } from "node:fs";
import { digest } from "../lambdas/structure/digest";
import { Scratch } from "../lambdas/structure/scratch";
import { peakMiB } from "./pipeline-stage-peak";

/** The structure stage's code on one file, in a process of its own: `program <file> <folder for the output>`. */
async function main(path = "", folder = ""): Promise<void> {
  const scratch = new Scratch(folder);
  const body = createReadStream(path);
  const { lines } = await digest({ source: path, lastModified: new Date().toISOString(), body }, scratch);
  scratch.close();
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
  process.stdout.write(JSON.stringify({ rows: lines.good, cpuSeconds, peakMiB: peakMiB() }));
}

main(...process.argv.slice(2));
