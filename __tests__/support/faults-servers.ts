import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { embeddedCredentials, loopback } from "../../config/home";
import { migrate } from "../../lambdas/migrate/migrate";
import { MIGRATIONS } from "../../lambdas/migrate/migrations";
import { Postgres, type Session } from "../../lambdas/shared/postgres-client";
import { emulatorCommand } from "../../local/emulator";
import { MINISTACK } from "../../local/ministack";
import { freePort } from "../../local/port";
import { type Postgres as DatabaseServer, startPostgres } from "../../local/postgres";
import { embeddedPython } from "../../local/python";
import { TestFolder } from "./folder";

const ACCOUNT = { accountId: "000000000000", region: "eu-central-1" };
const USERS = { writer: "faults_writer", reader: "faults_reader" };
const START_SECONDS = 60;
/** Starting both servers on a busy machine. */
const HOOK_MS = 180_000;

/** S3 and DynamoDB of the embedded AWS, and a PostgreSQL, real ones, for one test file. */
export class Servers {
  private readonly folder: TestFolder;
  private endings: (() => Promise<unknown>)[] = [];
  private started: Started | undefined;
  private asked: Promise<unknown> = Promise.resolve();

  constructor() {
    beforeAll(async () => {
      this.started = await this.start();
    }, HOOK_MS);
    afterAll(async () => {
      for (const end of this.endings.reverse()) await end();
    }, HOOK_MS);
    // After that: it is removed by a hook of its own.
    this.folder = new TestFolder();
  }

  get s3(): S3Client {
    return this.now.s3;
  }

  get dynamo(): DynamoDBClient {
    return this.now.dynamo;
  }

  /** The owner of the database, who sees all; for several callers at a time. */
  readonly owner: Session = {
    query: async <Row>(text: string, values?: readonly unknown[]): Promise<Row[]> => {
      const mine = this.asked.then(() => this.now.owner.query<Row>(text, values));
      this.asked = mine.catch(() => undefined);
      return mine;
    },
  };

  /** A connection as the load stage makes it. */
  database(user = USERS.writer): Postgres {
    const { host, port } = this.now.database;
    return postgres(host, port, user);
  }

  /** Ends PostgreSQL; what it has committed stays. */
  async stopDatabase(): Promise<void> {
    await this.now.owner.close();
    await this.now.database.stop();
  }

  async startDatabase(): Promise<void> {
    const { port } = this.now.database;
    const { directory } = this;
    this.started = { ...this.now, database: await startPostgres({ directory, port }) };
  }

  private get directory(): string {
    return join(this.folder.path, "postgres");
  }

  private get now(): Started {
    if (this.started === undefined) throw new Error("servers run from beforeAll to afterAll");
    return this.started;
  }

  private async start(): Promise<Started> {
    mkdirSync(this.directory);
    const database = await startPostgres({ directory: this.directory });
    this.endings.push(() => (this.started?.database ?? database).stop());
    const endpoint = await this.startAws(database.port);
    const owner = postgres(database.host, database.port, "postgres");
    this.endings.push(() => owner.close());
    await migrate(owner, MIGRATIONS, USERS);
    // No tries of the SDK's own: they wait in real time.
    const credentials = embeddedCredentials(ACCOUNT.accountId);
    const common = { endpoint, region: ACCOUNT.region, credentials, maxAttempts: 1 };
    const s3 = new S3Client({ ...common, forcePathStyle: true });
    const dynamo = new DynamoDBClient(common);
    this.endings.push(
      async () => s3.destroy(),
      async () => dynamo.destroy(),
    );
    return { s3, dynamo, owner, database };
  }

  /** The data plane alone, with all in memory: it is faster, and takes keys that no file could be named after. */
  private async startAws(databasePort: number): Promise<string> {
    const python = await embeddedPython();
    const port = await freePort("the embedded AWS of the faults");
    const data = join(this.folder.path, "data");
    const folders = {
      log: join(this.folder.path, "aws.log"),
      data,
      temporary: join(this.folder.path, "tmp"),
    };
    const settings = { ...ACCOUNT, folders, port, databasePort, id: `faults-${port}` };
    const { path, args, env, cwd } = emulatorCommand(MINISTACK, python, settings);
    const log = openSync(folders.log, "a");
    const inMemory = { ...env, PERSIST_STATE: "0", S3_PERSIST: "0" };
    const child = spawn(path, args, { cwd, env: inMemory, stdio: ["ignore", log, log] });
    closeSync(log);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    this.endings.push(async () => {
      child.kill("SIGKILL");
      await ended;
    });
    for (const deadline = Date.now() + START_SECONDS * 1000; Date.now() < deadline; await pause(50)) {
      if ((await MINISTACK.idAt(port)) === settings.id) return loopback(port);
    }
    throw new Error(
      `the embedded AWS did not answer within ${START_SECONDS} s:\n${readFileSync(folders.log)}`,
    );
  }
}

interface Started {
  readonly s3: S3Client;
  readonly dynamo: DynamoDBClient;
  readonly owner: Postgres;
  readonly database: DatabaseServer;
}

function postgres(host: string, port: number, user: string): Postgres {
  const login = { host, port, database: "events", user, password: async () => "iam" };
  return new Postgres({ ...login, applicationName: "faults" });
}
