import { dynamodbEndpointPolicy, s3EndpointPolicy } from "../../../modules/network/endpoint-policies";
import { type PolicyStatement, statementsOf } from "../../support/granted";

const account = (region: string) => ({ partition: "aws", accountId: "123456789012", region }) as const;
const s3 = (region = "eu-central-1", readable: string[] = []) =>
  statementsOf(s3EndpointPolicy(account(region), readable));

const admits = (statements: readonly PolicyStatement[], action: string, resource: string) =>
  statements.filter(
    ({ Action, Resource }) => [Action].flat().includes(action) && [Resource].flat().includes(resource),
  );

test("lets the account's own roles use objects of the account's own buckets", () => {
  const [own] = s3();
  expect(own).toEqual({
    Effect: "Allow",
    Principal: "*",
    Action: expect.arrayContaining(["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject"]),
    Resource: "arn:aws:s3:::*",
    Condition: {
      StringEquals: { "aws:PrincipalAccount": "123456789012", "aws:ResourceAccount": "123456789012" },
    },
  });
});

test.each([
  "prod-eu-central-1-starport-layer-bucket",
  "al2023-repos-eu-central-1-de612dc2",
  "amazonlinux-2-repos-eu-central-1",
  "amazonlinux.eu-central-1.amazonaws.com",
  "eu-central-1.elasticmapreduce",
  "repo.eu-central-1.emr.amazonaws.com",
  "aws157-instance-data-0-prod-eu-central-1",
  "aws157-instance-data-1-prod-eu-central-1",
])("lets anybody read %s, and nobody write to it", (bucket) => {
  const [reads, ...others] = admits(s3(), "s3:GetObject", `arn:aws:s3:::${bucket}/*`);
  expect(reads).toMatchObject({ Effect: "Allow", Principal: "*", Action: "s3:GetObject" });
  expect(reads?.Condition).toBeUndefined();
  expect(others).toEqual([]);
  expect(admits(s3(), "s3:PutObject", `arn:aws:s3:::${bucket}/*`)).toEqual([]);
});

test.each([
  ["eu-central-1", "aws157-logs-prod-eu-central-1"],
  ["us-east-1", "aws157-logs-prod"],
])("lets clusters in %s write system logs to %s, and read nothing there", (region, bucket) => {
  expect(admits(s3(region), "s3:PutObject", `arn:aws:s3:::${bucket}/*`)).toEqual([
    { Effect: "Allow", Principal: "*", Action: "s3:PutObject", Resource: `arn:aws:s3:::${bucket}/*` },
  ]);
});

test("lets clusters keep the history of their applications", () => {
  const history = "arn:aws:s3:::prod.eu-central-1.appinfo.src/*";
  expect(admits(s3(), "s3:PutObject", history)).toEqual(admits(s3(), "s3:GetObject", history));
  expect(admits(s3(), "s3:PutObject", history)).toHaveLength(1);
});

test("knows that Sydney names EMR's data buckets otherwise", () => {
  const bucket = "arn:aws:s3:::aws157-instance-data-bucket-0-prod-ap-southeast-2/*";
  expect(admits(s3("ap-southeast-2"), "s3:GetObject", bucket)).toHaveLength(1);
});

test("lets the account's roles read the buckets of others that it is told, and write nothing there", () => {
  const statements = s3("eu-central-1", ["open-data"]);
  expect(statements.slice(s3().length)).toEqual([
    {
      Effect: "Allow",
      Principal: "*",
      Action: ["s3:GetObject", "s3:ListBucket"],
      Resource: ["arn:aws:s3:::open-data", "arn:aws:s3:::open-data/*"],
      Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } },
    },
  ]);
});

test("lets the account's own roles use items of its own tables in the region", () => {
  expect(statementsOf(dynamodbEndpointPolicy(account("eu-central-1")))).toEqual([
    {
      Effect: "Allow",
      Principal: "*",
      Action: expect.arrayContaining(["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query"]),
      Resource: "arn:aws:dynamodb:eu-central-1:123456789012:table/*",
      Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } },
    },
  ]);
});

test.each([s3EndpointPolicy(account("us-east-1"), ["a-b-c"]), dynamodbEndpointPolicy(account("us-east-1"))])(
  "names every action in full, and fits in what AWS takes",
  (policy) => {
    const actions = statementsOf(policy).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/^[a-z0-9]+:[A-Za-z]+$/.test(action))).toEqual([]);
    // https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    expect(policy.length).toBeLessThanOrEqual(20_480);
  },
);
