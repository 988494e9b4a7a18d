import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoFigures } from "../shared/dynamo-figures";
import { parseEnv } from "../shared/parse-env";
import { perRecord } from "../shared/per-record";
import { S3Objects, s3Client } from "../shared/s3-objects";
import { sqsPostpone } from "../shared/sqs-retry";
import { LoadEnv } from "./env";
import { load } from "./load";

const env = parseEnv(LoadEnv, process.env);
const client = s3Client();
const deps = {
  curated: (bucket: string) => new S3Objects(client, bucket),
  figures: new DynamoFigures(env.FIGURES_TABLE, env.CONTRIBUTIONS_TABLE),
  newRun: randomUUID,
  now: () => new Date(),
  pause: (milliseconds: number) => setTimeout(Math.random() * milliseconds, undefined),
};

export const handler = perRecord({
  logger: new Logger({ serviceName: "load" }),
  postpone: sqsPostpone(env.QUEUE_URL),
  take: (object) => load(object, deps),
});
