import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { DASHBOARD_REQUIREMENTS_FILE } from "../../local/python";
import type { TestFolder } from "./folder";

/** What stands where gunicorn would: answers with its variables, and writes its number down. */
export const GUNICORN = `
  const { createServer } = require("node:http");
  const { writeFileSync } = require("node:fs");
  const args = process.argv.slice(2);
  const valueOf = (name) => args[args.indexOf(name) + 1];
  const [host, port] = valueOf("--bind").split(":");
  if (args.includes("--pid")) writeFileSync(valueOf("--pid"), String(process.pid));
  createServer((_, answer) => answer.end(JSON.stringify({ ...process.env, cwd: process.cwd() }))).listen(Number(port), host);
  process.on("SIGTERM", () => { console.log("answered what it was asked"); process.exit(0); });
`;

/** A finished Python environment of the dashboard in `GROUNDPLAN_HOME` whose interpreter runs `program` with Node. */
export function fakeDashboard(folder: TestFolder, program = GUNICORN): void {
  const path = folder.file("gunicorn.js", program);
  // "-c" is the question whether the interpreter starts.
  folder.script(
    "home/dashboard-python/bin/python",
    `[ "$1" = -c ] || exec '${process.execPath}' '${path}' "$@"`,
  );
  const key = createHash("sha256").update(readFileSync(DASHBOARD_REQUIREMENTS_FILE)).digest("hex");
  folder.file("home/dashboard-python/requirements.sha256", key);
}
