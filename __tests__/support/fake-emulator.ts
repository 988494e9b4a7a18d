import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { REQUIREMENTS_FILE } from "../../local/python";
import { fakePostgres } from "./fake-postgres";
import type { TestFolder } from "./folder";

/** What stands where ministack and moto would, as the body of a program. */
export const ANSWERS = `
  const { createServer } = require("node:http");
  const { writeFileSync } = require("node:fs");
  const { GATEWAY_PORT, CONTROL_PLANE_PORT, TMPDIR, MINISTACK_EDITION: edition, CONTROL_PLANE_ID } = process.env;
  const port = GATEWAY_PORT ?? CONTROL_PLANE_PORT;
  const name = GATEWAY_PORT === undefined ? "moto" : "ministack";
  const health = GATEWAY_PORT === undefined ? CONTROL_PLANE_ID : JSON.stringify({ edition });
  writeFileSync(TMPDIR + "/" + name + "-" + port + ".pid", String(process.pid));
  createServer((_, answer) => answer.end(health)).listen(port, "127.0.0.1");
  process.on("SIGTERM", () => { console.log("state saved"); process.exit(0); });
`;

/** `otherwise` for the control plane, and the answers above for the data plane. */
export const controlPlaneThat = (otherwise: string) =>
  `if (process.env.GATEWAY_PORT === undefined) { ${otherwise} } else { ${ANSWERS} }`;

/** A finished Python environment in `GROUNDPLAN_HOME` whose interpreter runs `program` with Node; and a PostgreSQL. */
export function fakeEmulator(folder: TestFolder, program: string): void {
  const path = folder.file("emulator.js", program);
  // "-c" is the question whether the interpreter starts.
  folder.script("home/python/bin/python", `[ "$1" = -c ] || exec '${process.execPath}' '${path}'`);
  const key = createHash("sha256").update(readFileSync(REQUIREMENTS_FILE)).digest("hex");
  folder.file("home/python/requirements.sha256", key);
  fakePostgres(folder);
}
