import { join } from "node:path";
import type { TestFolder } from "./folder";

/**
 * What stands where PostgreSQL would: says its name to whoever asks anything, and its number in the data folder.
 *
 * @see https://www.postgresql.org/docs/16/protocol-message-formats.html
 */
const SERVER = `
  const { createServer } = require("node:net");
  const { rmSync, writeFileSync } = require("node:fs");
  const args = process.argv.slice(2);
  const cluster = args[args.indexOf("-D") + 1];
  const name = args.find((arg) => arg.startsWith("cluster_name=")).slice("cluster_name=".length);
  const file = cluster + "/postmaster.pid";
  const message = (kind, body) => {
    const size = Buffer.alloc(4);
    size.writeInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(kind), size, body]);
  };
  const signedIn = Buffer.concat([message("R", Buffer.alloc(4)), message("Z", Buffer.from("I"))]);
  const column = Buffer.concat([Buffer.from([0, 1]), Buffer.from("cluster_name\\0"), Buffer.from("00000000" + "0000" + "00000019" + "ffff" + "ffffffff" + "0000", "hex")]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(name.length);
  const row = Buffer.concat([Buffer.from([0, 1]), length, Buffer.from(name)]);
  const told = Buffer.concat([message("T", column), message("D", row), message("C", Buffer.from("SHOW\\0")), message("Z", Buffer.from("I"))]);
  const sessions = new Set();
  createServer((session) => {
    session.on("error", () => {});
    sessions.add(session);
    session.on("data", (data) => session.write(data[0] === 0 ? signedIn : data[0] === 81 ? told : ""));
  }).listen(Number(args[args.indexOf("-p") + 1]), "127.0.0.1", () => writeFileSync(file, process.pid + "\\n" + cluster + "\\n"));
  process.on("SIGINT", () => { rmSync(file); console.log("database system is shut down"); process.exit(0); });
`;

/** PostgreSQL's programs of a version in a folder, whose server runs `server` with Node; `GROUNDPLAN_POSTGRES` names it. */
export function fakePostgres(folder: TestFolder, server = SERVER, major = 16): string {
  const path = folder.file("postgres.js", server);
  folder.script(
    "postgres/postgres",
    `case "$1" in
  --version) echo "postgres (PostgreSQL) ${major}.9" ;;
  --single) cat > "$3/statements" ;;
  *) exec '${process.execPath}' '${path}' "$@" ;;
esac`,
  );
  folder.script("postgres/initdb", `mkdir "$2" && echo ${major} > "$2/PG_VERSION"`);
  process.env.GROUNDPLAN_POSTGRES = join(folder.path, "postgres");
  return process.env.GROUNDPLAN_POSTGRES;
}
