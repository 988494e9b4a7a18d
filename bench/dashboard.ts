import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { dashboardPython } from "../local/python";
import { FULL, measureDashboard } from "./dashboard-measure";
import { dashboardTable, missed } from "./dashboard-report";
import { endServers } from "./dashboard-server";

const README = join(__dirname, "..", "README.md");
const BEGIN = "<!-- bench-dashboard: written by `npm run bench -- dashboard`, do not edit -->";
const END = "<!-- /bench-dashboard -->";

/** `bench dashboard`: the same page under three servers, while connections are held and while instances are replaced. */
export function dashboardCommand(): Command {
  return new Command("dashboard")
    .description("the dashboard under three servers while connections are held; writes the README's table")
    .option("--json", "one JSON document on stdout, and the README stays as it is")
    .action(async ({ json }: { json?: boolean }) => {
      const say = (text: string) => process.stderr.write(`  ${text}\n`);
      if (json !== true) withDashboardBench(readFileSync(README, "utf8"), ""); // fails before minutes are spent
      const folder = mkdtempSync(join(tmpdir(), "groundplan-bench-"));
      process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
      process.once("SIGINT", () => process.exit(130)); // its servers end with it
      process.once("SIGTERM", () => process.exit(143));
      try {
        const found = await measureDashboard({ python: await dashboardPython(say), folder }, FULL, say);
        if (json === true) return void process.stdout.write(`${JSON.stringify(found)}\n`);
        const table = dashboardTable(found);
        process.stdout.write(`${table}\n`);
        writeFileSync(README, withDashboardBench(readFileSync(README, "utf8"), table));
        for (const what of missed(found)) {
          say(`MISSED ${what}`);
          process.exitCode = 1;
        }
      } finally {
        await endServers();
      }
    });
}

/** The README with the table that it should have. @throws RangeError when it has no place for one */
export function withDashboardBench(readme: string, table: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new RangeError(`the README needs the lines ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n${table}\n${readme.slice(end)}`;
}
