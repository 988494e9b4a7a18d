import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EmbeddedError } from "../../local/embedded-error";
import { startPostgres } from "../../local/postgres";
import { identityOf } from "../../local/process-identity";
import { fakePostgres } from "../support/fake-postgres";
import { TestFolder } from "../support/folder";

const folder = new TestFolder();
folder.home();
const directory = (name: string) => join(folder.path, name);
const pidIn = (name: string) => Number(readFileSync(folderOf(name, "postmaster.pid"), "utf8").split("\n")[0]);
const folderOf = (name: string, file: string) => join(directory(name), "cluster", file);

beforeEach(() => fakePostgres(folder));

test("makes the data folder once, with the role and the database that RDS has, and starts on a free port", async () => {
  const first = await startPostgres({ directory: directory("once") });
  expect(first).toMatchObject({ host: "127.0.0.1", port: expect.any(Number) });
  expect(readFileSync(folderOf("once", "statements"), "utf8")).toBe(
    "CREATE ROLE rds_iam NOLOGIN;\nCREATE DATABASE events;\n",
  );
  const pid = pidIn("once");
  await first.stop();
  expect(identityOf(pid)).toBeUndefined();
  folder.script("postgres/initdb", "exit 1");
  const second = await startPostgres({ directory: directory("once"), port: first.port });
  expect(second.port).toBe(first.port);
  await second.stop();
  await second.stop();
});

test("stops one that a killed command has left, and starts again", async () => {
  await startPostgres({ directory: directory("left") });
  const left = pidIn("left");
  const next = await startPostgres({ directory: directory("left") });
  expect(identityOf(left)).toBeUndefined();
  await next.stop();
});

test("never stops another process that has the number of a killed one", async () => {
  const first = await startPostgres({ directory: directory("stale") });
  await first.stop();
  folder.file("stale/cluster/postmaster.pid", `${process.pid}\n`);
  const second = await startPostgres({ directory: directory("stale") });
  expect(pidIn("stale")).not.toBe(process.pid);
  await second.stop();
});

test("makes the data folder again where a killed command has left half of it", async () => {
  folder.file("half/draft/PG_VERSION", "16\n");
  const server = await startPostgres({ directory: directory("half") });
  expect(existsSync(join(directory("half"), "draft"))).toBe(false);
  await server.stop();
});

test("rejects a data folder that cannot be made, with the last words, and leaves none", async () => {
  folder.script("postgres/initdb", "echo 'initdb: error: no room' >&2; exit 1");
  await expect(startPostgres({ directory: directory("full") })).rejects.toThrow(
    new EmbeddedError(
      `PostgreSQL 16 could not make its data folder in ${directory("full")} (initdb):\ninitdb: error: no room`,
    ),
  );
  expect(existsSync(join(directory("full"), "cluster"))).toBe(false);
});

test("rejects a server that ends at its start, with its last words", async () => {
  fakePostgres(folder, 'console.error("FATAL: no room"); process.exitCode = 1;');
  await expect(startPostgres({ directory: directory("ends") })).rejects.toThrow(
    new EmbeddedError(
      `PostgreSQL ended at its start (exit 1); the end of ${directory("ends")}/postgres.log:\nFATAL: no room`,
    ),
  );
});
