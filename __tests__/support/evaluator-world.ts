import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Enforcer, rootOf, textOf } from "./enforcer";
import {
  ACCOUNT,
  BUCKET,
  CALLS,
  type CallName,
  FOREIGN,
  KEY,
  REGION,
  ROLE,
  SECRET,
  TABLE,
  USER,
} from "./evaluator-calls";
import type { Case, Json } from "./evaluator-cases";
import { EvaluatorCalls, type Made } from "./evaluator-sender";
import type { Credentials } from "./signed-call";

const document = (statements: readonly Json[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const trusted = (account: string) => [
  { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" },
];
const iam = (Action: string, parameters: Readonly<Record<string, string>>) => ({
  ...{ Action, Version: "2010-05-08" },
  ...parameters,
});
const root = rootOf(ACCOUNT);

/** Two accounts with roles, a user and one resource of each kind, whose policies a case sets. */
export class EvaluatorWorld {
  private readonly calls: EvaluatorCalls;

  private constructor(
    private readonly enforcer: Enforcer,
    private readonly made: Made,
    private readonly keys: Readonly<Record<Case["caller"], Credentials>>,
  ) {
    this.calls = new EvaluatorCalls(enforcer, made);
  }

  static async make(enforcer: Enforcer): Promise<EvaluatorWorld> {
    for (const [role, account] of [
      [ROLE.reader, ACCOUNT],
      [ROLE.target, ACCOUNT],
      [ROLE.foreign, FOREIGN],
    ] as const) {
      const AssumeRolePolicyDocument = document(trusted(account));
      const tag = { "Tags.member.1.Key": "team", "Tags.member.1.Value": "blue" };
      const made = iam("CreateRole", { RoleName: role, AssumeRolePolicyDocument, ...tag });
      succeeded(await enforcer.query("iam", rootOf(account), made));
    }
    const tag = { "Tags.member.1.Key": "team", "Tags.member.1.Value": "blue" };
    succeeded(await enforcer.query("iam", root, iam("CreateUser", { UserName: USER, ...tag })));
    const key = await enforcer.query("iam", root, iam("CreateAccessKey", { UserName: USER }));
    const person = {
      accessKeyId: textOf(key, "AccessKeyId"),
      secretAccessKey: textOf(key, "SecretAccessKey"),
    };
    const keys = {
      ...{ person, reader: await taken(enforcer, ACCOUNT, ROLE.reader) },
      foreign: await taken(enforcer, FOREIGN, ROLE.foreign),
    };
    return new EvaluatorWorld(enforcer, await makeResources(enforcer), keys);
  }

  /** The ARN that the call names; ids that AWS makes are put in. */
  arnOf(call: CallName): string {
    return this.withIds(CALLS[call].arn);
  }

  /** The case with the ids that AWS makes. */
  placed(one: Case): Case {
    return JSON.parse(this.withIds(JSON.stringify(one)));
  }

  /** Sets the policies of a case and asks. */
  async decisionOn(one: Case): Promise<"allowed" | "denied"> {
    await this.attach(one);
    const by = one.session
      ? await taken(this.enforcer, ...this.roleOf(one), document(one.session))
      : this.keys[one.caller];
    return (await this.calls.allows(one.call, by)) ? "allowed" : "denied";
  }

  close(): void {
    this.calls.close();
  }

  private withIds(text: string): string {
    const { secretArn, keyId } = this.made;
    return text
      .replaceAll(`secret:${SECRET}`, `secret:${secretArn.split(":secret:")[1]}`)
      .replaceAll(":key/", `:key/${keyId}`);
  }

  private roleOf({ caller }: Case): [account: string, role: string] {
    return caller === "foreign" ? [FOREIGN, ROLE.foreign] : [ACCOUNT, ROLE.reader];
  }

  private async attach(one: Case): Promise<void> {
    const [account, role] = this.roleOf(one);
    const [kind, name] = one.caller === "person" ? ["User", USER] : ["Role", role];
    const who = { [`${kind}Name`]: name };
    const ask = async (Action: string, parameters: Readonly<Record<string, string>>) =>
      succeeded(await this.enforcer.query("iam", rootOf(account), iam(Action, parameters)));
    const nothing = { Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" };
    const PolicyDocument = document([nothing, ...one.identity]);
    await ask(`Put${kind}Policy`, { ...who, PolicyName: "case", PolicyDocument });
    if (one.boundary) {
      const PolicyName = `boundary-${boundaries++}`;
      await ask("CreatePolicy", { PolicyName, PolicyDocument: document(one.boundary) });
      const PermissionsBoundary = `arn:aws:iam::${account}:policy/${PolicyName}`;
      await ask(`Put${kind}PermissionsBoundary`, { ...who, PermissionsBoundary });
    } else {
      await this.enforcer.query("iam", rootOf(account), iam(`Delete${kind}PermissionsBoundary`, who));
    }
    await this.protect(one);
  }

  private async protect({ call, resource }: Case): Promise<void> {
    const { endpoint } = this.enforcer;
    const { s3, sqs, secrets } = this.calls.clientsFor(root);
    const Policy = resource ? document(resource) : "";
    if (call.endsWith("Object") || call === "listBucket") {
      await (resource
        ? s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy }))
        : s3.send(new DeleteBucketPolicyCommand({ Bucket: BUCKET })));
    } else if (call === "sendMessage" || call === "getQueueAttributes") {
      const QueueUrl = `${endpoint}/${ACCOUNT}/orders`;
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    } else if (call === "getSecretValue") {
      const SecretId = this.made.secretArn;
      await (resource
        ? secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: Policy }))
        : secrets.send(new DeleteResourcePolicyCommand({ SecretId })));
    } else if (call === "publish") {
      const topic = { TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:news`, AttributeName: "Policy" };
      const parameters = {
        Action: "SetTopicAttributes",
        Version: "2010-03-31",
        ...topic,
        AttributeValue: Policy,
      };
      succeeded(await this.enforcer.query("sns", root, parameters));
    } else if (call === "encrypt") {
      const parameters = { KeyId: this.made.keyId, Policy };
      succeeded(await this.enforcer.json("kms", root, "TrentService.PutKeyPolicy", parameters));
    } else if (call === "assumeRole") {
      const parameters = iam("UpdateAssumeRolePolicy", { RoleName: ROLE.target, PolicyDocument: Policy });
      succeeded(await this.enforcer.query("iam", root, parameters));
    }
  }
}

let boundaries = 0;

async function makeResources(enforcer: Enforcer): Promise<Made> {
  const { endpoint, region } = enforcer;
  const options = { endpoint, region, credentials: root };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket: BUCKET }));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: "{}" }));
  await new SQSClient(options).send(new CreateQueueCommand({ QueueName: "orders" }));
  const dynamo = new DynamoDBClient(options);
  await dynamo.send(
    new CreateTableCommand({
      ...{ TableName: TABLE, BillingMode: "PAY_PER_REQUEST" },
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  await dynamo.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: "1" } } }));
  const secret = new CreateSecretCommand({ Name: SECRET, SecretString: "s" });
  const { ARN: secretArn = "" } = await new SecretsManagerClient(options).send(secret);
  const parameter = { Name: "/shop/blue", Value: "1", Type: "String" };
  succeeded(await enforcer.json("ssm", root, "AmazonSSM.PutParameter", parameter));
  succeeded(
    await enforcer.query("sns", root, { Action: "CreateTopic", Version: "2010-03-31", Name: "news" }),
  );
  const key = succeeded(await enforcer.json("kms", root, "TrentService.CreateKey", {}));
  return { secretArn, keyId: JSON.parse(key.text).KeyMetadata.KeyId };
}

async function taken(
  enforcer: Enforcer,
  account: string,
  role: string,
  policy?: string,
): Promise<Credentials> {
  const RoleArn = `arn:aws:iam::${account}:role/${role}`;
  const answer = await enforcer.query("sts", rootOf(account), {
    ...{ Action: "AssumeRole", Version: "2011-06-15", RoleArn, RoleSessionName: "case" },
    ...(policy === undefined ? {} : { Policy: policy }),
  });
  return {
    ...{ accessKeyId: textOf(answer, "AccessKeyId"), secretAccessKey: textOf(answer, "SecretAccessKey") },
    sessionToken: textOf(answer, "SessionToken"),
  };
}

function succeeded<T extends { readonly status: number; readonly text: string }>(answer: T): T {
  if (answer.status === 200) return answer;
  throw new Error(`${answer.status} ${answer.text}`);
}
