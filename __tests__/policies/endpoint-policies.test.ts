import type { PolicyStatement } from "../support/granted";
import { configOf, type Environment } from "../support/platform";
import { addStatement, holdsEverywhere, listOf, resources, spoilt, statementsIn } from "../support/policies";
import type { StackJson } from "../support/synth";

/**
 * Buckets that AWS keeps, by region, which its services read without our credentials, or with none:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
 * https://docs.aws.amazon.com/emr/latest/ManagementGuide/private-subnet-iampolicy.html
 * https://docs.aws.amazon.com/linux/al2023/ug/repositories.html
 */
const readByAws = (region: string) => {
  const data = region === "ap-southeast-2" ? "aws157-instance-data-bucket" : "aws157-instance-data";
  return [
    ...[`prod-${region}-starport-layer-bucket`, `al2023-repos-${region}-de612dc2`],
    ...[`amazonlinux-2-repos-${region}`, `amazonlinux.${region}.amazonaws.com`],
    ...[`${region}.elasticmapreduce`, `repo.${region}.emr.amazonaws.com`],
    ...[`${data}-0-prod-${region}`, `${data}-1-prod-${region}`],
  ];
};

/** The two of them that a cluster of EMR writes its logs and its history to; the page of EMR above names them. */
const writtenByEmr = (region: string) => [
  region === "us-east-1" ? "aws157-logs-prod" : `aws157-logs-prod-${region}`,
  `prod.${region}.appinfo.src`,
];

const READS = ["s3:GetObject", "s3:ListBucket"];
const EMR_ACTIONS = ["GetObject", "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"];

/**
 * An endpoint's policy is a ceiling over roles, so its principal is `*`, and conditions bind it: our account's
 * credentials reach our account's things. Beyond that, they read buckets that are named; and anybody reads those
 * that AWS keeps for its services. So data cannot leave by an endpoint.
 */
function violations(json: StackJson, environment: Environment): string[] {
  const { accountId, region } = configOf(environment);
  return [
    ...resources(json, "aws_vpc_endpoint")
      // An interface endpoint has a security group; what it lets through is its service's whole API.
      .filter(([, block]) => block.vpc_endpoint_type === "Gateway" && block.policy === undefined)
      .map(([address]) => `${address} has no policy, and lets all through`),
    ...statementsIn(json)
      .filter(({ type, Effect }) => type === "aws_vpc_endpoint" && Effect === "Allow")
      .flatMap(({ address, ...statement }) =>
        excessOf(statement, accountId, region).map((excess) => `${address} ${excess}`),
      ),
  ];
}

function excessOf(statement: PolicyStatement, accountId: string, region: string): string[] {
  const isOurs = (key: string) => statement.Condition?.StringEquals?.[key] === accountId;
  const byUs = isOurs("aws:PrincipalAccount");
  const actions = listOf(statement.Action);
  const only = (some: readonly string[]) => actions.every((action) => some.includes(action));
  return listOf(statement.Resource).flatMap((resource) => {
    const toUs = isOurs("aws:ResourceAccount") || resource.split(":")[4] === accountId;
    if (byUs && toUs) return [];
    const [, bucket] = /^arn:aws:s3:::([a-z0-9.-]+)(?:\/\*)?$/.exec(resource) ?? [];
    if (bucket === undefined) return [`reaches ${resource} ${byUs ? "of any account" : "for anybody"}`];
    if (writtenByEmr(region).includes(bucket) && only(EMR_ACTIONS.map((name) => `s3:${name}`))) return [];
    if (!byUs && !readByAws(region).includes(bucket)) return [`reaches ${resource} for anybody`];
    return only(READS) ? [] : [`lets ${actions.filter((name) => !READS.includes(name))} out to ${resource}`];
  });
}

holdsEverywhere(violations);

const DEV = "111111111111";
const ALL = "arn:aws:s3:::*";

/** Adds to the policy of dev's endpoint to S3. */
const s3 = (statement: object) =>
  spoilt("network", (json) =>
    addStatement(s3Endpoint(json), "policy", { Effect: "Allow", Principal: "*", ...statement }),
  );

function s3Endpoint(json: StackJson): Record<string, unknown> {
  const [found] = resources(json, "aws_vpc_endpoint").filter(([, { service_name }]) =>
    String(service_name).endsWith(".s3"),
  );
  if (found === undefined) throw new Error("there is no endpoint to S3");
  return found[1];
}

test("catches a gateway without a policy", () => {
  const json = spoilt("network", (stack) => delete s3Endpoint(stack).policy);
  expect(violations(json, "dev")).toEqual([
    expect.stringMatching(/^aws_vpc_endpoint\.\w+ has no policy, and lets all through$/),
  ]);
});

test.each<[string, string, object | undefined]>([
  ["for anybody", ALL, undefined],
  ["for anybody", ALL, { StringEquals: { "aws:ResourceAccount": DEV } }],
  ["of any account", ALL, { StringEquals: { "aws:PrincipalAccount": DEV } }],
  [
    "for anybody",
    ALL,
    { StringEquals: { "aws:PrincipalAccount": "222222222222", "aws:ResourceAccount": DEV } },
  ],
  ["for anybody", ALL, { StringEqualsIfExists: { "aws:PrincipalAccount": DEV, "aws:ResourceAccount": DEV } }],
  ["for anybody", ALL, { StringEquals: { "aws:PrincipalAccount": [DEV, "222222222222"] } }],
  ["for anybody", "arn:aws:s3:::atlas-*/*", undefined],
  ["for anybody", "arn:aws:s3:::somebodys-bucket/*", undefined],
  ["for anybody", "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*", undefined],
])("catches one that reaches %s %s, under %j", (whose, Resource, Condition) => {
  const json = s3({ Action: "s3:GetObject", Resource, ...(Condition ? { Condition } : {}) });
  expect(violations(json, "dev")).toEqual([
    expect.stringMatching(`^aws_vpc_endpoint\\.\\w+ reaches ${Resource.replaceAll("*", "\\*")} ${whose}$`),
  ]);
});

test.each([
  ["arn:aws:s3:::partner/*", "s3:PutObject", { StringEquals: { "aws:PrincipalAccount": DEV } }],
  ["arn:aws:s3:::amazonlinux.eu-central-1.amazonaws.com/*", "s3:PutObject", {}],
  ["arn:aws:s3:::amazonlinux.eu-central-1.amazonaws.com", "s3:DeleteBucket", {}],
])("catches a way out to %s by %s", (Resource, Action, Condition) => {
  expect(violations(s3({ Action: ["s3:GetObject", Action], Resource, Condition }), "dev")).toEqual([
    expect.stringMatching(new RegExp(` lets ${Action} out to ${Resource.replaceAll("*", "\\*")}$`)),
  ]);
});

test.each([
  [
    "our own account's things",
    ALL,
    "s3:PutObject",
    { "aws:PrincipalAccount": DEV, "aws:ResourceAccount": DEV },
  ],
  [
    "a bucket of others that is named, to read",
    "arn:aws:s3:::partner/*",
    "s3:GetObject",
    { "aws:PrincipalAccount": DEV },
  ],
])("admits %s", (_, Resource, Action, StringEquals) => {
  expect(violations(s3({ Action, Resource, Condition: { StringEquals } }), "dev")).toEqual([]);
});
