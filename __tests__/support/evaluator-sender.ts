import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Enforcer } from "./enforcer";
import { ACCOUNT, BUCKET, type CallName, KEY, PREFIX, REGION, ROLE, TABLE } from "./evaluator-calls";
import type { Credentials } from "./signed-call";

/** What AWS makes the ids of. */
export interface Made {
  readonly secretArn: string;
  readonly keyId: string;
}

const queueUrl = (endpoint: string) => `${endpoint}/${ACCOUNT}/orders`;

/** Sends the calls, with the SDK where it is here. */
export class EvaluatorCalls {
  private readonly clients = new Map<string, ReturnType<EvaluatorCalls["clientsOf"]>>();

  constructor(
    private readonly enforcer: Enforcer,
    private readonly made: Made,
  ) {}

  /** Whether the call is let through; fails for what is neither that nor a refusal. */
  async allows(call: CallName, by: Credentials): Promise<boolean> {
    try {
      const answer = await this.send(call, by);
      if (answer === undefined || answer.status === 200) return true;
      if (REFUSED.test(answer.text)) return false;
      throw new Error(`${call}: ${answer.text}`);
    } catch (error) {
      if (error instanceof Error && REFUSED.test(`${error.name} ${error.message}`)) return false;
      throw error;
    }
  }

  close(): void {
    for (const { all } of this.clients.values()) for (const client of all) client.destroy();
  }

  private async send(call: CallName, by: Credentials) {
    const { s3, sqs, dynamo, secrets } = this.clientsFor(by);
    const item = { id: { S: "1" } };
    switch (call) {
      case "getObject":
        return void (await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY })));
      case "putObject":
        return void (await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: "{}" })));
      case "deleteObject":
        return void (await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: `${PREFIX}none.json` })));
      case "listBucket":
        return void (await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: PREFIX })));
      case "sendMessage":
        return void (await sqs.send(
          new SendMessageCommand({ QueueUrl: queueUrl(this.enforcer.endpoint), MessageBody: "1" }),
        ));
      case "getQueueAttributes":
        return void (await sqs.send(
          new GetQueueAttributesCommand({
            QueueUrl: queueUrl(this.enforcer.endpoint),
            AttributeNames: ["QueueArn"],
          }),
        ));
      case "getItem":
        return void (await dynamo.send(new GetItemCommand({ TableName: TABLE, Key: item })));
      case "putItem":
        return void (await dynamo.send(new PutItemCommand({ TableName: TABLE, Item: item })));
      case "query":
        return void (await dynamo.send(
          new QueryCommand({
            ...{ TableName: TABLE, KeyConditionExpression: "id = :id" },
            ExpressionAttributeValues: { ":id": { S: "1" } },
          }),
        ));
      case "getSecretValue":
        return void (await secrets.send(new GetSecretValueCommand({ SecretId: this.made.secretArn })));
      default:
        return this.sendSigned(call, by);
    }
  }

  private sendSigned(call: CallName, by: Credentials) {
    const { enforcer, made } = this;
    if (call === "publish") {
      const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:news`;
      return enforcer.query("sns", by, { Action: "Publish", Version: "2010-03-31", TopicArn, Message: "1" });
    }
    if (call === "assumeRole") {
      const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${ROLE.target}`;
      const parameters = { Action: "AssumeRole", Version: "2011-06-15", RoleArn, RoleSessionName: "again" };
      return enforcer.query("sts", by, parameters);
    }
    if (call === "getParameter")
      return enforcer.json("ssm", by, "AmazonSSM.GetParameter", { Name: "/shop/blue" });
    const KeyId = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${made.keyId}`;
    return enforcer.json("kms", by, "TrentService.Encrypt", { KeyId, Plaintext: "YQ==" });
  }

  clientsFor(by: Credentials) {
    const known = this.clients.get(by.accessKeyId) ?? this.clientsOf(by);
    this.clients.set(by.accessKeyId, known);
    return known;
  }

  private clientsOf(credentials: Credentials) {
    const { endpoint, region } = this.enforcer;
    const options = { endpoint, region, credentials, maxAttempts: 1 };
    const clients = {
      s3: new S3Client({ ...options, forcePathStyle: true }),
      sqs: new SQSClient(options),
      dynamo: new DynamoDBClient(options),
      secrets: new SecretsManagerClient(options),
    };
    return { ...clients, all: Object.values(clients) };
  }
}

const REFUSED = /AccessDenied|AuthorizationError|not authorized|Access to the resource \S+ is denied/;
