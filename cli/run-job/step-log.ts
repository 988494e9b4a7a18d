import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import type { Clients } from "../clients";

const POLL_SECONDS = 10;

/** Of the container in which Spark's driver runs, and with it the job: YARN makes it first. */
const DRIVER = /^(.+_000001\/)std(?:out|err)\.gz$/;

/** Where a step's logs are. */
export interface StepPlace {
  readonly bucket: string;
  /** What EMR puts before the id of a cluster, with a slash at its end. */
  readonly prefix: string;
  readonly cluster: string;
  readonly step: string;
}

/** What a step has said, and where all of it is. */
export interface StepLog {
  /** What the job has printed, its failure included: Spark makes one of a Python program's two streams. */
  readonly printed: string;
  /** What Spark has said. */
  readonly said: string;
  /** `s3://` address of what begins the keys of both. */
  readonly address: string;
}

/**
 * Logs of a step in the layout of EMR: `steps/<step>/` has what spark-submit said, `containers/<application>/<container>/` what
 * the job said. EMR brings them every five minutes, and when the cluster ends.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-manage-view-web-log-files.html
 */
export class StepLogs {
  constructor(
    private readonly clients: Clients,
    private readonly place: StepPlace,
  ) {}

  /** The job's log; where it does not come within `seconds`, spark-submit's; undefined where that is not there either. */
  async read(seconds: number, isStopped: () => boolean): Promise<StepLog | undefined> {
    const { bucket, prefix, cluster, step } = this.place;
    const folder = `${prefix}${cluster}/steps/${step}/`;
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const said = await this.textOf(`${folder}stderr.gz`);
      const driver = said === undefined ? undefined : await this.driver(said);
      if (driver !== undefined) return driver;
      if (isStopped() || Date.now() >= deadline) {
        return said === undefined ? undefined : { printed: "", said, address: `s3://${bucket}/${folder}` };
      }
      await pause(POLL_SECONDS * 1000);
    }
  }

  /** spark-submit names the application that it has started; its last attempt is the one that counts. */
  private async driver(submit: string): Promise<StepLog | undefined> {
    const application = submit.match(/\bapplication_\d+_\d+\b/g)?.at(-1);
    if (application === undefined) return undefined;
    const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
    const { bucket: Bucket, prefix, cluster } = this.place;
    const Prefix = `${prefix}${cluster}/containers/${application}/`;
    const { Contents = [] } = await (await this.clients.s3()).send(
      new ListObjectsV2Command({ Bucket, Prefix }),
    );
    const folders = Contents.flatMap(({ Key = "" }) => DRIVER.exec(Key)?.[1] ?? []);
    const last = folders.sort().at(-1);
    if (last === undefined) return undefined;
    const printed = (await this.textOf(`${last}stdout.gz`)) ?? "";
    const said = (await this.textOf(`${last}stderr.gz`)) ?? "";
    return { printed, said, address: `s3://${Bucket}/${last}` };
  }

  private async textOf(key: string): Promise<string | undefined> {
    const { bucket } = this.place;
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    if (!(await this.clients.objectExists(bucket, key))) return undefined;
    const { Body } = await (await this.clients.s3()).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    return gunzipSync(bytes).toString("utf8");
  }
}
