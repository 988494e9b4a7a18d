import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { REQUIREMENTS_FILE } from "../../local/python";
import type { TestFolder } from "./folder";

/** What stands where ministack would, as the body of a program. */
export const ANSWERS = `
  const { createServer } = require("node:http");
  const { writeFileSync } = require("node:fs");
  const { GATEWAY_PORT: port, TMPDIR, MINISTACK_EDITION: edition } = process.env;
  writeFileSync(TMPDIR + "/ministack-" + port + ".pid", String(process.pid));
  createServer((_, answer) => answer.end(JSON.stringify({ edition }))).listen(port, "127.0.0.1");
  process.on("SIGTERM", () => { console.log("state saved"); process.exit(0); });
`;

/** A finished Python environment in `GROUNDPLAN_HOME` whose interpreter runs `program` with Node. */
export function fakeEmulator(folder: TestFolder, program: string): void {
  const path = folder.file("emulator.js", program);
  // "-c" is the question whether the interpreter starts.
  folder.script("home/python/bin/python", `[ "$1" = -c ] || exec '${process.execPath}' '${path}'`);
  const key = createHash("sha256").update(readFileSync(REQUIREMENTS_FILE)).digest("hex");
  folder.file("home/python/requirements.sha256", key);
}
