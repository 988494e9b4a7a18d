import type { AthenaClient } from "@aws-sdk/client-athena";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { embeddedCredentials } from "../config/home";
import type { PlatformConfig } from "../config/load";

// Node 20 is this project's floor; which Node the SDK will need one day is not the user's concern.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** What the SDK would say of its retries; a failure of theirs is thrown anyway. */
const say = () => {};
const SILENT = { trace: say, debug: say, info: say, warn: say, error: say };

/** The AWS of one environment, as this command calls it. The SDK is loaded with the first call. */
export class Clients {
  private s3Client: S3Client | undefined;
  private dynamoClient: DynamoDBClient | undefined;
  private sqsClient: SQSClient | undefined;
  private logsClient: CloudWatchLogsClient | undefined;
  private lambdaClient: LambdaClient | undefined;
  private athenaClient: AthenaClient | undefined;
  private sfnClient: SFNClient | undefined;

  constructor(private readonly config: PlatformConfig) {}

  async s3(): Promise<S3Client> {
    const { S3Client } = await import("@aws-sdk/client-s3");
    this.s3Client ??= new S3Client({ ...this.settings(), forcePathStyle: this.config.embedded });
    return this.s3Client;
  }

  async dynamo(): Promise<DynamoDBClient> {
    const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
    this.dynamoClient ??= new DynamoDBClient(this.settings());
    return this.dynamoClient;
  }

  async sqs(): Promise<SQSClient> {
    const { SQSClient } = await import("@aws-sdk/client-sqs");
    this.sqsClient ??= new SQSClient(this.settings());
    return this.sqsClient;
  }

  async logs(): Promise<CloudWatchLogsClient> {
    const { CloudWatchLogsClient } = await import("@aws-sdk/client-cloudwatch-logs");
    this.logsClient ??= new CloudWatchLogsClient(this.settings());
    return this.logsClient;
  }

  async lambda(): Promise<LambdaClient> {
    const { LambdaClient } = await import("@aws-sdk/client-lambda");
    this.lambdaClient ??= new LambdaClient(this.settings());
    return this.lambdaClient;
  }

  async athena(): Promise<AthenaClient> {
    const { AthenaClient } = await import("@aws-sdk/client-athena");
    this.athenaClient ??= new AthenaClient(this.settings());
    return this.athenaClient;
  }

  async sfn(): Promise<SFNClient> {
    const { SFNClient } = await import("@aws-sdk/client-sfn");
    this.sfnClient ??= new SFNClient(this.settings());
    return this.sfnClient;
  }

  /** Whether the bucket is there and holds the object. */
  async objectExists(bucket: string, key: string): Promise<boolean> {
    return (await this.objectEtag(bucket, key)) !== undefined;
  }

  /** The object's etag without quotes, or nothing where the bucket or the object is missing. */
  async objectEtag(bucket: string, key: string): Promise<string | undefined> {
    const { HeadObjectCommand } = await import("@aws-sdk/client-s3");
    try {
      const { ETag } = await (await this.s3()).send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return ETag?.replaceAll('"', "");
    } catch (error) {
      if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404)
        return undefined;
      throw error;
    }
  }

  /** The text of an object, or nothing where the bucket or the object is missing. */
  async objectText(bucket: string, key: string): Promise<string | undefined> {
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    if (!(await this.objectExists(bucket, key))) return undefined;
    const { Body } = await (await this.s3()).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Body?.transformToString();
  }

  close(): void {
    const { s3Client, dynamoClient, sqsClient, logsClient, lambdaClient, athenaClient, sfnClient } = this;
    const made = [s3Client, dynamoClient, sqsClient, logsClient, lambdaClient, athenaClient, sfnClient];
    for (const client of made) client?.destroy();
  }

  private settings() {
    const { region, endpoints, accountId } = this.config;
    return {
      region,
      logger: SILENT,
      ...(endpoints === undefined
        ? {}
        : { endpoint: endpoints.dataPlane, credentials: embeddedCredentials(accountId), maxAttempts: 3 }),
    };
  }
}
