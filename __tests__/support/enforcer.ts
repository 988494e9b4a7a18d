import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MINISTACK } from "../../local/ministack";
import { isFree } from "../../local/port";
import { embeddedPython } from "../../local/python";
import { type Answer, type Credentials, signedCall } from "./signed-call";

/** Test files run at the same time, each in a worker of its own. */
const FIRST_PORT = 24700 + 10 * Number(process.env.JEST_WORKER_ID);

/** Our data plane alone, which enforces IAM: no PostgreSQL, no control plane. */
export class Enforcer {
  private constructor(
    readonly endpoint: string,
    readonly region: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(folder: string, accountId: string, region: string): Promise<Enforcer> {
    let port = FIRST_PORT;
    while (!(await isFree(port))) port++;
    const id = `evaluator-${process.pid}`;
    const folders = {
      log: join(folder, "log"),
      data: join(folder, "data"),
      temporary: join(folder, "tmp"),
    };
    const env = MINISTACK.environment({ folders, port, databasePort: port + 1, id, accountId, region });
    mkdirSync(folders.temporary, { recursive: true });
    const log = openSync(folders.log, "w");
    const child = spawn(await embeddedPython(), [join(process.cwd(), MINISTACK.files[0])], {
      ...{ env, cwd: folders.temporary, stdio: ["ignore", log, log], timeout: 170_000 },
    });
    closeSync(log);
    while ((await MINISTACK.idAt(port)) !== id) {
      if (child.exitCode !== null) throw new Error(readFileSync(folders.log, "utf8"));
      await pause(50);
    }
    return new Enforcer(`http://127.0.0.1:${port}`, region, child);
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.process.once("exit", done));
    if (this.process.kill()) await ended;
  }

  /** A call of a query API: IAM, STS, SNS. */
  query(service: string, by: Credentials, parameters: Readonly<Record<string, string>>): Promise<Answer> {
    const body = new URLSearchParams(parameters).toString();
    return signedCall({ ...this, service }, by, body, {
      "content-type": "application/x-www-form-urlencoded",
    });
  }

  /** A call of a JSON API: SSM, KMS. */
  json(service: string, by: Credentials, target: string, parameters: object): Promise<Answer> {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    return signedCall({ ...this, service }, by, JSON.stringify(parameters), headers);
  }
}

/** The account's own keys, which the data plane lets do everything. */
export const rootOf = (accountId: string): Credentials => ({
  accessKeyId: accountId,
  secretAccessKey: "test",
});

/** The text of an element. */
export function textOf(answer: Answer, element: string): string {
  const found = new RegExp(`<${element}>([^<]*)</${element}>`).exec(answer.text)?.[1];
  if (found === undefined) throw new Error(`no ${element} in ${answer.status} ${answer.text}`);
  return found;
}
