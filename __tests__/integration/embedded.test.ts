import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { embeddedCredentials } from "../../config/home";
import { type Embedded, embeddedStatus, startEmbedded, stopEmbedded } from "../../local/embedded";
import { identityOf, signalGroup } from "../../local/process-identity";
import { Ec2 } from "../support/ec2";
import { TestFolder } from "../support/folder";

jest.setTimeout(300_000);

afterAll(() => stopEmbedded("local")); // before the folder's own, which removes what says where it runs
new TestFolder().home();

const settings = { accountId: "111122223333", region: "eu-central-1" };
const Bucket = "embedded-test";
const TableName = "figures";
const KEYS = ["50%.json", "a b+c", "%ü/&<x>", "a%20b", "k".repeat(1024), "ü".repeat(512)];

let embedded: Embedded;
let clients: ReturnType<typeof clientsOf>;

function clientsOf({ endpoint }: Embedded) {
  const common = { endpoint, region: settings.region, credentials: embeddedCredentials(settings.accountId) };
  return {
    s3: new S3Client({ ...common, forcePathStyle: true }),
    dynamo: new DynamoDBClient(common),
    sqs: new SQSClient(common),
  };
}

async function start() {
  embedded = await startEmbedded("local", settings);
  clients = clientsOf(embedded);
}

async function objects() {
  const bodies = KEYS.map(async (Key) => {
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Body?.transformToString();
  });
  return Promise.all(bodies);
}

const figure = async () =>
  (await clients.dynamo.send(new GetItemCommand({ TableName, Key: { shop: { S: "a" } } }))).Item?.amount?.N;

const ec2 = (action: string, parameters: Record<string, string | undefined>) =>
  new Ec2(embedded.endpoints.controlPlane, settings).call(action, parameters);

/** Certificates, which hold keys: pickle needs help with them. */
async function acm(action: string, parameters: object): Promise<object> {
  const scope = `${settings.accountId}/20260101/${settings.region}/acm/aws4_request`;
  const response = await fetch(embedded.endpoints.controlPlane, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `CertificateManager.${action}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(parameters),
  });
  return (await response.json()) as object;
}

/** Fails by the test's time-out. */
async function until(check: () => boolean) {
  while (!check()) await new Promise((done) => setTimeout(done, 20));
}

beforeAll(start);

test("answers on the loopback interface, and on no other", async () => {
  expect(await embeddedStatus("local")).toEqual({ running: true, endpoints: embedded.endpoints });
  const emulators = Object.values(embedded.endpoints).map((endpoint) => Number(new URL(endpoint).port));
  const ports = [...emulators, embedded.databasePort];
  const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outer = others.filter(({ internal, family }) => !internal && family === "IPv4");
  for (const [address, port] of outer.flatMap((other) =>
    ports.map((port) => [other.address, port] as const),
  )) {
    const answer = await new Promise((done) => {
      const socket = connect({ host: address, port, timeout: 2_000 });
      socket.once("connect", () => done("connected"));
      socket.once("timeout", () => done("silence"));
      socket.once("error", ({ message }) => done(message));
      socket.once("close", () => socket.destroy());
    });
    expect(answer).not.toBe("connected");
  }
});

test("answers a retry as the attempt before it, whose answer was lost", async () => {
  const scope = `${settings.accountId}/20260101/${settings.region}/logs/aws4_request`;
  const create = async (call: string, attempt: number) => {
    const { status } = await fetch(embedded.endpoints.dataPlane, {
      method: "POST",
      headers: {
        ...{ "content-type": "application/x-amz-json-1.1", "x-amz-target": "Logs_20140328.CreateLogGroup" },
        ...{ "amz-sdk-invocation-id": call, "amz-sdk-request": `attempt=${attempt}; max=2` },
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify({ logGroupName: "/lost/answer" }),
    });
    return status;
  };
  expect(await create("one", 1)).toBe(200);
  expect(await create("one", 2)).toBe(200);
  // Another call is none: what is there is there, and a refusal is no answer to keep.
  expect(await create("another", 1)).toBe(400);
  expect(await create("another", 2)).toBe(400);
});

test("lists keys encoded for a caller that asks for that, as Terraform does to empty a bucket", async () => {
  const { s3 } = clients;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  for (const Key of KEYS) await s3.send(new PutObjectCommand({ Bucket, Key, Body: `at ${Key}` }));
  const versions = async (encoding: { EncodingType?: "url" }) => {
    const { Versions = [], EncodingType } = await s3.send(
      new ListObjectVersionsCommand({ Bucket, ...encoding }),
    );
    return { EncodingType, keys: Versions.map(({ Key }) => Key ?? "") };
  };
  const plain = await versions({});
  expect(plain.EncodingType).toBeUndefined();
  expect(new Set(plain.keys)).toEqual(new Set(KEYS));
  const encoded = await versions({ EncodingType: "url" });
  expect(encoded.EncodingType).toBe("url");
  expect(encoded.keys.map(decodeURIComponent)).toEqual(plain.keys);
  expect(encoded.keys).toContain("a%2520b");
});

test("keeps objects, items, messages, networks and certificates over a stop and a start, on the same ports", async () => {
  await clients.dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "shop", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "shop", KeyType: "HASH" }],
    }),
  );
  await clients.dynamo.send(
    new PutItemCommand({ TableName, Item: { shop: { S: "a" }, amount: { N: "12345678901234567890.12" } } }),
  );
  const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "work" }));
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "to do" }));

  const { vpcId } = await ec2("CreateVpc", { CidrBlock: "10.20.0.0/16" });
  const { subnetId } = await ec2("CreateSubnet", { VpcId: vpcId, CidrBlock: "10.20.0.0/24" });

  const certificate = await acm("RequestCertificate", { DomainName: "shop.example.com" });

  const before = embedded;
  expect(await stopEmbedded("local")).toBe(true);
  for (const pid of Object.values(before.pids)) {
    expect(identityOf(pid)).toBeUndefined();
    await until(() => !signalGroup(pid, 0)); // none of its children either
  }
  await start();

  expect(embedded).toMatchObject({ endpoints: before.endpoints, started: true });
  expect(await ec2("DescribeSubnets", { "SubnetId.1": subnetId })).toMatchObject({ vpcId, subnetId });
  expect(await acm("DescribeCertificate", certificate)).toMatchObject({ Certificate: certificate });
  expect(await objects()).toEqual(KEYS.map((key) => `at ${key}`));
  expect(await figure()).toBe("12345678901234567890.12");
  const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages.map(({ Body }) => Body)).toEqual(["to do"]);
});

test("starts again after it was killed, with the state of its last good stop", async () => {
  for (const pid of Object.values(embedded.pids)) {
    signalGroup(pid, "SIGKILL");
    await until(() => identityOf(pid) === undefined);
  }
  expect(await embeddedStatus("local")).toEqual({ running: false, endpoints: embedded.endpoints });
  await start();
  expect(await objects()).toEqual(KEYS.map((key) => `at ${key}`));
  expect(await figure()).toBe("12345678901234567890.12");
  expect(
    await ec2("DescribeVpcs", { "Filter.1.Name": "cidr", "Filter.1.Value.1": "10.20.0.0/16" }),
  ).toMatchObject({ vpcId: expect.stringMatching(/^vpc-/) });
});
