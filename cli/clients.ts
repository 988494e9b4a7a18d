import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
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

  close(): void {
    this.s3Client?.destroy();
    this.dynamoClient?.destroy();
    this.sqsClient?.destroy();
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
