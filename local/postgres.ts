import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Client } from "pg";
import { EmbeddedError } from "./embedded-error";
import { ask } from "./executable";
import { freePort } from "./port";
import { type PostgresBinaries, postgresBinaries } from "./postgres-binaries";
import { type PostgresUser, postgresUser } from "./postgres-user";
import { commandLineOf, identityOf, type ProcessIdentity } from "./process-identity";
import { type Command, type Server, ServerProcess } from "./server-process";

/** The address, user and database of every server that is started here. */
export const POSTGRES = { host: "127.0.0.1", superuser: "postgres", database: "events" } as const;

/** Of one question whether it answers. */
const ANSWER_MS = 2_000;
const INIT_SECONDS = 120;

/** What RDS has from its start: the role of those who sign in with IAM; and the database that is asked for first. */
const FIRST_STATEMENTS = `CREATE ROLE rds_iam NOLOGIN;\nCREATE DATABASE ${POSTGRES.database};\n`;

/**
 * `fsync` off: what is committed outlives the end and the killing of any process, not the crash of the machine, which the
 * rest of the embedded AWS does not outlive either. Measured with `pgbench -N -c 4`: twice the commits of `fsync` on;
 * `synchronous_commit` off is as fast, and loses the last half second when the server is killed.
 */
export const POSTGRES_SETTINGS = {
  listen_addresses: POSTGRES.host,
  unix_socket_directories: "", // the path of a socket has 107 bytes at most
  fsync: "off",
  shared_buffers: "32MB",
  max_wal_size: "256MB",
  log_checkpoints: "off",
  timezone: "UTC",
  log_timezone: "UTC",
} as const;

export interface PostgresFolders {
  /** Everything of this server but its log. */
  readonly directory: string;
  readonly log: string;
}

/** What a PostgreSQL is started from. */
export interface PreparedPostgres {
  readonly binaries: PostgresBinaries;
  readonly user: PostgresUser;
}

/** Where a server is, and what it calls itself (its `cluster_name`), so that no other is taken for it. */
export interface PostgresPlace extends PostgresFolders {
  readonly title: string;
  readonly port: number;
  readonly id: string;
  readonly last: ProcessIdentity | undefined;
}

export interface PostgresOptions {
  /** Of the data and the log; kept over a stop. */
  readonly directory: string;
  /** @default a free one */
  readonly port?: number;
  readonly onProgress?: (text: string) => void;
}

export interface Postgres {
  readonly host: typeof POSTGRES.host;
  readonly port: number;
  /** Ends it in good order: sessions are broken off, what they have committed stays. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL with the data that it had, and nothing else of the embedded AWS; one that a killed command has
 * left there is stopped first. The database `events` is there, and every role may sign in without a password.
 *
 * @throws EmbeddedError when there are no programs of it, or it does not come up; the message ends with its last words
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const directory = resolve(options.directory);
  const log = join(directory, "postgres.log");
  const prepared = await preparePostgres({ directory, log }, options.onProgress);
  const port = options.port ?? (await freePort("a PostgreSQL"));
  const place = { directory, log, port, title: "PostgreSQL", id: randomUUID(), last: undefined };
  const server = new ServerProcess(postgresServer(place));
  await server.stop();
  const { process: last, ready } = server.start(postgresCommand(prepared, place));
  await ready;
  const started = new ServerProcess(postgresServer({ ...place, last }));
  const stop = async () => void (await started.stop());
  return { host: POSTGRES.host, port, stop };
}

/**
 * Finds or installs the programs, and makes the data folder where there is none: what takes seconds, and needs no port.
 *
 * @throws EmbeddedError when there are no programs that fit, or `initdb` fails; the message ends with what it said
 */
export async function preparePostgres(
  { directory }: PostgresFolders,
  onProgress?: (text: string) => void,
): Promise<PreparedPostgres> {
  const major = majorOf(directory);
  const binaries = await postgresBinaries({ major, ...(onProgress && { onProgress }) });
  const user = await postgresUser(directory);
  if (major === undefined) await initialise({ binaries, user }, directory);
  return { binaries, user };
}

/** How the server of that place is known again. */
export function postgresServer({ title, port, log, last, directory, id }: PostgresPlace): Server {
  const find = async () => postmasterOf(clusterIn(directory));
  return { title, port, log, last, stopSignal: "SIGINT", answers: () => calledAt(port, id), find };
}

/** How the server of that place is started; what a killed one has left in its way is removed. */
export function postgresCommand(prepared: PreparedPostgres, { directory, port, id }: PostgresPlace): Command {
  const cluster = clusterIn(directory);
  if (postmasterOf(cluster) === undefined) rmSync(join(cluster, "postmaster.pid"), { force: true });
  const settings = Object.entries({ ...POSTGRES_SETTINGS, cluster_name: id });
  const args = [
    "-D",
    cluster,
    "-p",
    String(port),
    ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  const [path = "", ...rest] = [...prepared.user.prefix, join(prepared.binaries.folder, "postgres"), ...args];
  return { path, args: rest, env: environment(), cwd: directory, ...prepared.user.ids };
}

/** PostgreSQL's own word for all databases of a server. */
const clusterIn = (directory: string) => join(directory, "cluster");

/** The version of the data; undefined where there are none. */
function majorOf(directory: string): number | undefined {
  const file = join(clusterIn(directory), "PG_VERSION");
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
}

/** Makes the data folder whole or not at all. */
async function initialise({ binaries, user }: PreparedPostgres, directory: string): Promise<void> {
  const draft = join(directory, "draft");
  rmSync(draft, { recursive: true, force: true });
  const run = async (program: string, args: readonly string[], input?: string) => {
    const [path = "", ...rest] = [...user.prefix, join(binaries.folder, program), ...args];
    const said = await ask(path, rest, environment(), {
      seconds: INIT_SECONDS,
      ids: user.ids,
      cwd: directory,
      ...(input !== undefined && { input }),
    });
    return { ...said, program };
  };
  const init = (locale: string) => {
    const who = [`--username=${POSTGRES.superuser}`, "--auth=trust"];
    return run("initdb", ["-D", draft, ...who, "--encoding=UTF8", `--locale=${locale}`, "--no-sync"]);
  };
  let said = await init("C.UTF-8");
  if (!said.succeeded) said = await init("C"); // a system without that locale: the same order of texts
  // By itself, without a server: it reads statements and writes data.
  if (said.succeeded) said = await run("postgres", ["--single", "-D", draft, "postgres"], FIRST_STATEMENTS);
  if (said.succeeded && !said.stderr.includes("ERROR:")) return renameSync(draft, clusterIn(directory));
  throw new EmbeddedError(
    `PostgreSQL ${binaries.major} could not make its data folder in ${directory} (${said.program}):\n${said.stderr.trim().split("\n").slice(-5).join("\n")}`,
  );
}

/** None of the user's settings (`PGPORT`, `PGDATA`, …), and messages in one language. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? "", LC_ALL: "C.UTF-8", TZ: "UTC" };
}

/** The server that has said in the data folder that it runs on it: https://www.postgresql.org/docs/16/storage-file-layout.html */
function postmasterOf(cluster: string): ProcessIdentity | undefined {
  const file = join(cluster, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  return commandLineOf(pid)?.includes(cluster) ? identityOf(pid) : undefined;
}

/** Whether a server of that name takes statements at that port. */
async function calledAt(port: number, id: string): Promise<boolean> {
  const { host, superuser: user } = POSTGRES;
  const bounds = { connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS };
  const client = new Client({ host, port, user, database: "postgres", password: "", ssl: false, ...bounds });
  client.on("error", () => {}); // it may stop while it is asked
  try {
    await client.connect();
    const { rows } = await client.query<{ cluster_name: string }>("SHOW cluster_name");
    return rows[0]?.cluster_name === id;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
