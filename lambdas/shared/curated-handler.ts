import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import type { CuratedDeps } from "./curated-store";
import type { ObjectChange } from "./object-ref";
import { perRecord } from "./per-record";
import { S3Curated } from "./s3-curated";
import { s3Client } from "./s3-objects";
import { sqsPostpone } from "./sqs-retry";

/** The handler of a stage that reads the curated bucket and is fed from the queue `queueUrl`. */
export function curatedHandler(
  serviceName: string,
  queueUrl: string,
  take: (change: ObjectChange, deps: CuratedDeps) => Promise<object>,
): ReturnType<typeof perRecord> {
  const client = s3Client();
  const deps: CuratedDeps = {
    curated: (bucket) => new S3Curated(client, bucket),
    newRun: randomUUID,
    pause: (milliseconds) => setTimeout(Math.random() * milliseconds, undefined),
  };
  return perRecord({
    logger: new Logger({ serviceName }),
    postpone: sqsPostpone(queueUrl),
    take: (change) => take(change, deps),
  });
}
