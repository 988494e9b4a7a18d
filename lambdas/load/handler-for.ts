import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { perRecord } from "../shared/per-record";
import { S3Curated } from "../shared/s3-curated";
import { s3Client } from "../shared/s3-objects";
import { sqsPostpone } from "../shared/sqs-retry";
import { createdManifest, load } from "./load";
import type { Store } from "./store";

/** The handler of the load stage of one store, which is fed from the queue `queueUrl`. */
export function handlerFor(
  store: Store,
  serviceName: string,
  queueUrl: string,
): ReturnType<typeof perRecord> {
  const client = s3Client();
  const deps = {
    curated: (bucket: string) => new S3Curated(client, bucket),
    store,
    newRun: randomUUID,
    pause: (milliseconds: number) => setTimeout(Math.random() * milliseconds, undefined),
  };
  return perRecord({
    logger: new Logger({ serviceName }),
    postpone: sqsPostpone(queueUrl),
    take: (change) => load(createdManifest(change), deps),
  });
}
