import { Logger } from "@aws-lambda-powertools/logger";
import { parseEnv } from "../shared/parse-env";
import { perRecord } from "../shared/per-record";
import { S3Objects, s3Client } from "../shared/s3-objects";
import { sqsPostpone } from "../shared/sqs-retry";
import { StructureEnv } from "./env";
import { isLeftAlone } from "./left-alone";
import { remove } from "./remove";
import { structure } from "./structure";

const env = parseEnv(StructureEnv, process.env);
const client = s3Client();
const buckets = {
  raw: (bucket: string) => new S3Objects(client, bucket),
  curated: new S3Objects(client, env.CURATED_BUCKET),
  rejected: new S3Objects(client, env.REJECTED_BUCKET),
};

export const handler = perRecord({
  logger: new Logger({ serviceName: "structure" }),
  postpone: sqsPostpone(env.QUEUE_URL),
  isLeftAlone: ({ key }) => isLeftAlone(key),
  take: (change) => (change.kind === "created" ? structure(change, buckets) : remove(change, buckets)),
});
