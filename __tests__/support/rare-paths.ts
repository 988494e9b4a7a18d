import { setTimeout as pause } from "node:timers/promises";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Clients } from "../../cli/clients";
import { createdEvent } from "../../cli/replay/created-event";
import { StageQueues } from "../../cli/stage-queues";
import { stagesOf } from "../../cli/stages";
import type { PlatformConfig } from "../../config/load";
import { namesFor, type PlatformNames } from "../../config/naming";
import { manifestKey, sourceId } from "../../lambdas/shared/manifest";

/** In the raw bucket: replaced and deleted, which `groundplan send` never does. */
const KEY = "events/test/replaced.ndjson";

/** The run that is said to have died long ago. */
const DEAD_RUN = { at: "2000-01-01T00:00:00Z", name: "run=20000101T000000Z" } as const;
/** Where the Spark jobs look for what a dead run of theirs has left, to delete it. */
const LEFT_BEHIND = ["compacted", "aggregates", "recommendations", "erasures"].map((prefix) =>
  prefix === "erasures" ? `${prefix}/${DEAD_RUN.name}/staging/left/part` : `${prefix}/${DEAD_RUN.name}/part`,
);

/** Looks until what it sees `isSo`, for a minute at most. @returns what it saw last, so or not */
export async function lookUntil<T>(look: () => T | Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    const seen = await look();
    if (isSo(seen) || Date.now() > end) return seen;
    await pause(250);
  }
}

/** Brings about in a deployed environment what is seldom: its programs then do what they may do and had no reason to. */
export class RarePaths {
  private readonly names: PlatformNames;

  constructor(
    private readonly config: PlatformConfig,
    private readonly clients: Clients,
  ) {
    this.names = namesFor(config);
  }

  /** Leaves what runs of the jobs would that were killed, and a story that no run has any more. */
  async leaveTraces(): Promise<void> {
    for (const key of LEFT_BEHIND) await this.put(this.names.curatedBucket, key, "");
    const story = { shopId: { S: "gone" }, contentId: { S: "gone" }, manifest: { S: "of a run before" } };
    const put = new PutItemCommand({ TableName: this.names.recommendationsTable, Item: story });
    await (await this.clients.dynamo()).send(put);
  }

  /** Puts a list of visitors where the operator of an environment on AWS would. @returns arguments of the erasure */
  async requestErasure(...visitors: readonly string[]): Promise<string[]> {
    const { sparkBucket } = this.names;
    const key = "requests/visitors.txt";
    await this.put(sparkBucket, key, `${visitors.join("\n")}\n`);
    return ["--visitors", `s3://${sparkBucket}/${key}`, "--at", DEAD_RUN.at];
  }

  /** Has a raw object replaced, then deleted: each takes back what was there before. `lines` are events. */
  async replaceAndDelete(lines: readonly [string, string]): Promise<void> {
    const { rawBucket, curatedBucket } = this.names;
    const manifest = manifestKey(sourceId(rawBucket, KEY));
    const versions = [`${lines[0]}\nno event`, lines[1]];
    for (const text of versions) {
      const look = () => this.clients.objectEtag(curatedBucket, manifest);
      const before = await look();
      await this.put(rawBucket, KEY, text);
      const after = await lookUntil(look, (etag) => etag !== before);
      if (after === before) throw new Error(`${manifest} must be written anew after ${KEY} was`);
    }
    await (await this.clients.s3()).send(new DeleteObjectCommand({ Bucket: rawBucket, Key: KEY }));
  }

  /** Tells the structure stage of a version that is gone, and every stage of nothing at all. */
  async sendMessages(): Promise<void> {
    const { rawBucket: name, structure } = this.names;
    const gone = { key: KEY, etag: "0".repeat(32), size: 1, lastModified: new Date(DEAD_RUN.at) };
    await this.send(structure, createdEvent({ name, region: this.config.region }, gone));
    const queues = new StageQueues(this.config, this.clients);
    for (const stage of stagesOf(this.config)) await this.send(queues.queuesOf(stage).work, "no event");
  }

  /** Asks the dashboard at `address` as the browser of a reader who chooses a story, which DynamoDB knows. */
  async chooseStory(address: string): Promise<void> {
    const chosen = { id: "chosen", property: "data", value: "?story_shop=test-shop&story=story-1" };
    const asked = {
      ...{ output: "story-days.children", outputs: { id: "story-days", property: "children" } },
      ...{ inputs: [chosen], changedPropIds: ["chosen.data"] },
    };
    const answer = await fetch(`${address}/_dash-update-component`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    });
    if (!answer.ok) throw new Error(`the dashboard must show a story, got ${answer.status}`);
  }

  private async put(Bucket: string, Key: string, Body: string): Promise<void> {
    await (await this.clients.s3()).send(new PutObjectCommand({ Bucket, Key, Body }));
  }

  private async send(queue: string, MessageBody: string): Promise<void> {
    const QueueUrl = await new StageQueues(this.config, this.clients).url(queue);
    await (await this.clients.sqs()).send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }
}
