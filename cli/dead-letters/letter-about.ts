import type { PlatformConfig } from "../../config/load";
import type { Clients } from "../clients";
import { StageQueues } from "../stage-queues";
import type { Stage } from "../stages";
import { objectsOf } from "./dead-letter";
import { failuresOf, whyOf } from "./failure-log";

/** An object, or one version of it. */
export interface SoughtObject {
  readonly bucket: string;
  readonly key: string;
  readonly etag?: string;
}

/**
 * Why a dead letter of the stage is about this object; nothing where none is. Looks at ten letters without hiding them:
 * for who asks again and again.
 */
export async function reasonOfLetter(
  config: PlatformConfig,
  clients: Pick<Clients, "sqs" | "logs">,
  stage: Stage,
  object: SoughtObject,
): Promise<string | undefined> {
  const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
  const queues = new StageQueues(config, clients);
  const { Messages = [] } = await (await clients.sqs()).send(
    new ReceiveMessageCommand({
      QueueUrl: await queues.url(queues.queuesOf(stage).dead),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageSystemAttributeNames: ["SentTimestamp"],
    }),
  );
  const letter = Messages.find(({ Body = "" }) => isAbout(Body, object));
  if (letter === undefined) return undefined;
  const { MessageId = "", Attributes } = letter;
  const log = await failuresOf(config, clients, stage, Number(Attributes?.SentTimestamp ?? 0), MessageId);
  return whyOf(log.failures.get(MessageId) ?? [], log.incomplete);
}

function isAbout(body: string, { bucket, key, etag }: SoughtObject): boolean {
  return objectsOf(body).some(
    (object) =>
      object.bucket === bucket && object.key === key && (etag === undefined || object.etag === etag),
  );
}
