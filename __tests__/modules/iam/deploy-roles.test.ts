import { DeployRoles, type DeployRolesProps, github, PermissionsBoundary } from "../../../modules";
import { Catalogue } from "../../../modules/iam/evaluation/catalogue";
import { isCatalogueGap } from "../../support/catalogue-gaps";
import { type PolicyStatement, statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { listOf } from "../../support/policies";
import { type Synthesised, synth } from "../../support/synth";

const NAMES = { project: "atlas", environment: "dev", keyAlias: "alias/atlas-dev" };
const BOUNDARY = "arn:aws:iam::123456789012:policy/boundary/atlas-dev";

/** One synth for the same props: most tests look at the same roles. */
const synthesised = new Map<string, Synthesised>();
function deployed(props: Partial<DeployRolesProps> = {}): Synthesised {
  const key = JSON.stringify(props);
  const tf = synthesised.get(key) ?? synthWith(props);
  synthesised.set(key, tf);
  return tf;
}

const synthWith = (props: Partial<DeployRolesProps>) =>
  synth((stack) => {
    const boundary = new PermissionsBoundary(stack, "Boundary", { ...NAMES, boundaryName: "atlas-dev" });
    boundary.applyTo(stack);
    const ci = github({ repository: "acme/atlas", applyEnvironment: "dev" });
    new DeployRoles(stack, "Deploy", { ...NAMES, boundary, stateBucketName: "states", ci, ...props });
  });

/** All that a role may do, by its inline policy and its own managed ones. */
function statementsFor(part: "plan" | "apply", props: Partial<DeployRolesProps> = {}): PolicyStatement[] {
  const tf = deployed(props);
  const id = part === "plan" ? /Deploy_Plan_/ : /Deploy_Apply_/;
  return [
    ...tf.all("aws_iam_role_policy").filter(({ role }) => id.test(String(role))),
    ...tf.all("aws_iam_policy").filter(({ name }) => String(name).startsWith(`atlas-dev-${part}`)),
  ].flatMap(({ policy }) => statementsOf(policy));
}

const actionsOf = (statements: readonly PolicyStatement[]) =>
  statements.flatMap(({ Action }) => listOf(Action));

/**
 * Every call that Terraform 1.11.4 with provider 5.100.0 made when it planned `dev` and `prod`, all deployed on the
 * embedded AWS, without Spark and without tasks that scale.
 */
const SEEN: Readonly<Record<string, string>> = {
  acm: "DescribeCertificate ListTagsForCertificate",
  athena: "GetWorkGroup ListTagsForResource",
  cloudwatch: "DescribeAlarms ListTagsForResource",
  dynamodb: "DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource",
  ec2: "DescribeAddresses DescribeAddressesAttribute DescribeFlowLogs DescribeInternetGateways DescribeNatGateways DescribeNetworkAcls DescribePrefixLists DescribeRouteTables DescribeSecurityGroupRules DescribeSecurityGroups DescribeSubnets DescribeVpcAttribute DescribeVpcEndpoints DescribeVpcs",
  ecr: "DescribeRepositories GetLifecyclePolicy ListTagsForResource",
  ecs: "DescribeClusters DescribeServices DescribeTaskDefinition",
  elasticloadbalancing:
    "DescribeCapacityReservation DescribeListenerAttributes DescribeListeners DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeRules DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups",
  glue: "GetDatabase GetPartitionIndexes GetTable GetTags",
  iam: "GetRole GetRolePolicy GetUser ListAttachedRolePolicies ListRolePolicies",
  kms: "DescribeKey GetKeyPolicy GetKeyRotationStatus ListAliases ListResourceTags",
  lambda: "GetEventSourceMapping GetFunction GetFunctionCodeSigningConfig ListTags ListVersionsByFunction",
  logs: "DescribeLogGroups DescribeResourcePolicies ListTagsForResource",
  rds: "DescribeDBClusterParameterGroups DescribeDBClusterParameters DescribeDBClusters DescribeDBInstances DescribeDBSubnetGroups DescribeGlobalClusters ListTagsForResource",
  s3: "GetBucketAccelerateConfiguration GetBucketAcl GetBucketCors GetBucketEncryption GetBucketLifecycleConfiguration GetBucketLogging GetBucketNotificationConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketReplication GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetObjectLockConfiguration GetPublicAccessBlock HeadBucket",
  sns: "GetSubscriptionAttributes GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource",
  sqs: "GetQueueAttributes ListQueueTags",
  ssm: "DescribeParameters GetParameter ListTagsForResource",
  wafv2: "GetLoggingConfiguration GetWebACL GetWebACLForResource ListTagsForResource",
};

/** Calls whose action is called otherwise. */
const CALLED: Readonly<Record<string, string>> = {
  "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
  "s3:GetBucketCors": "s3:GetBucketCORS",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
  "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
  "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
  "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:HeadBucket": "s3:ListBucket",
};

/** Only where credentials are not checked, as on the embedded AWS: else the provider asks `sts:GetCallerIdentity`, which nobody need be granted. */
const EMBEDDED_ONLY = ["iam:GetUser"];

const seen = Object.entries(SEEN)
  .flatMap(([service, calls]) => calls.split(" ").map((call) => `${service}:${call}`))
  .map((call) => CALLED[call] ?? call)
  .filter((action) => !EMBEDDED_ONLY.includes(action));

/** What no plan was seen to call: of what was not deployed in it, of objects and of locks. */
const UNSEEN = [
  ...["application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies"],
  ...["application-autoscaling:ListTagsForResource", "ec2:DescribeTags"],
  ...["elasticmapreduce:DescribeSecurityConfiguration", "iam:GetInstanceProfile", "iam:GetPolicy"],
  ...["iam:GetPolicyVersion", "kms:Decrypt", "kms:GenerateDataKey", "s3:DeleteObject", "s3:GetObject"],
  ...["s3:PutObject", "scheduler:GetSchedule", "scheduler:GetScheduleGroup"],
  ...["scheduler:ListTagsForResource", "states:DescribeStateMachine", "states:ListStateMachineVersions"],
  ...["states:ListTagsForResource", "states:ValidateStateMachineDefinition"],
];

test("lets a plan make every call that plans were seen to make, and few beside", () => {
  const may = [...new Set(actionsOf(statementsFor("plan")))].sort();
  expect(may).toEqual([...new Set([...seen, ...UNSEEN])].sort());
});

test("lets a plan write nothing but locks", () => {
  const writes = statementsFor("plan").filter(({ Action }) =>
    listOf(Action).some((action) => !/:(Get|List|Describe|Validate|Decrypt|GenerateDataKey)/.test(action)),
  );
  expect(writes).toEqual([
    {
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: "arn:aws:s3:::states/atlas/dev/*.tfstate.tflock",
    },
  ]);
});

test("lets a plan read states of its environment, and no other object", () => {
  const reads = statementsFor("plan").filter(({ Action }) => listOf(Action).includes("s3:GetObject"));
  const states = "arn:aws:s3:::states/atlas/dev/*.tfstate";
  expect(reads).toEqual([
    { Effect: "Allow", Action: "s3:GetObject", Resource: [states, `${states}.tflock`] },
  ]);
});

test("lets an apply write states, and read all that a plan reads", () => {
  const apply = statementsFor("apply");
  expect(apply).toEqual(
    expect.arrayContaining([
      { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::states/atlas/dev/*.tfstate" },
    ]),
  );
  expect(actionsOf(apply)).toEqual(expect.arrayContaining(actionsOf(statementsFor("plan"))));
});

/** Actions with another spelling than AWS's, and resources that an action is not about. */
function catalogueMistakes(catalogue: Catalogue, statements: readonly PolicyStatement[]): string[] {
  return statements.flatMap(({ Action, Resource }) =>
    listOf(Action).flatMap((action) => {
      const { name, resourceTypes } = catalogue.action(action);
      const isAbout = (resource: string) =>
        resource === "*"
          ? resourceTypes.length === 0
          : catalogue.typesOf(action, resource).some((type) => resourceTypes.includes(type));
      return [
        ...(name === action ? [] : [`${action} is spelt ${name}`]),
        ...listOf(Resource)
          .filter((resource) => !isAbout(resource) && !isCatalogueGap(action, resource))
          .map((resource) => `${action} is not about ${resource}`),
      ];
    }),
  );
}

test.each(["plan", "apply"] as const)(
  "names nothing that AWS does not know in the role to %s",
  async (part) => {
    const statements = statementsFor(part, {
      hostedZoneIds: ["Z1"],
      invokedFunctions: ["atlas-dev-migrate"],
      emptyBuckets: true,
      objects: ["arn:aws:s3:::atlas-dev-spark/jobs/*"],
    });
    const services = new Set(actionsOf(statements).map((action) => action.replace(/:.*/, "")));
    expect(catalogueMistakes(await Catalogue.load([...services]), statements)).toEqual([]);
  },
);

/** The statements of an apply that hold an action. */
const withAction = (action: string) =>
  statementsFor("apply").filter(({ Action }) => listOf(Action).includes(action));

test.each(["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"])(
  "lets an apply call %s with the boundary only, for roles of the environment",
  (action) => {
    const statements = withAction(action);
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatchObject({
      Resource: "arn:aws:iam::123456789012:role/atlas-dev-*",
      Condition: { StringEquals: { "iam:PermissionsBoundary": BOUNDARY } },
    });
  },
);

test("lets an apply take no boundary away, change no boundary, and make no user", () => {
  const actions = actionsOf(statementsFor("apply"));
  for (const action of [
    "DeleteRolePermissionsBoundary",
    "SetDefaultPolicyVersion",
    "CreateUser",
    "CreateAccessKey",
  ]) {
    expect(actions).not.toContain(`iam:${action}`);
  }
  expect(withAction("iam:CreatePolicyVersion").map(({ Resource }) => Resource)).toEqual([
    "arn:aws:iam::123456789012:policy/atlas-dev-*",
  ]);
});

test("lets an apply hand roles of the environment to the services that need one", () => {
  const [pass, ...others] = withAction("iam:PassRole");
  expect(others).toEqual([]);
  expect(pass?.Resource).toBe("arn:aws:iam::123456789012:role/atlas-dev-*");
  expect(pass?.Condition?.StringEquals?.["iam:PassedToService"]).toContain("lambda.amazonaws.com");
});

test("puts deploy roles and their policies where no apply reaches them, and no boundary on them", () => {
  const tf = deployed();
  for (const name of ["atlas-dev-plan", "atlas-dev-apply"]) {
    const role = tf.one("aws_iam_role", { name, path: "/deploy/" });
    expect(role).not.toHaveProperty("permissions_boundary");
  }
  const policies = tf.all("aws_iam_policy").filter(({ name }) => String(name).includes("access"));
  expect(policies.length).toBeGreaterThan(0);
  for (const { path } of policies) expect(path).toBe("/deploy/");
});

test("changes of the network what has the environment's tags, or is given them", () => {
  const tags = (key: string) => ({
    StringEquals: { [`aws:${key}/project`]: "atlas", [`aws:${key}/environment`]: "dev" },
  });
  expect(withAction("ec2:CreateSubnet").map(({ Condition }) => Condition)).toEqual([
    tags("RequestTag"),
    tags("ResourceTag"),
  ]);
  expect(withAction("ec2:DeleteVpc").map(({ Condition }) => Condition)).toEqual([tags("ResourceTag")]);
  expect(withAction("ec2:CreateRoute").map(({ Condition }) => Condition)).toEqual([tags("ResourceTag")]);
});

test("makes the issuer's provider, unless the account has it", () => {
  deployed().one("aws_iam_openid_connect_provider", {
    url: "https://token.actions.githubusercontent.com",
    client_id_list: ["sts.amazonaws.com"],
  });
  expect(deployed({ createProvider: false }).all("aws_iam_openid_connect_provider")).toEqual([]);
});

test("reaches objects, functions and zones only where told of them", () => {
  const objects = ["arn:aws:s3:::atlas-dev-spark/jobs/*"];
  const props = { objects, invokedFunctions: ["atlas-dev-migrate"], hostedZoneIds: ["Z123"] };
  const plan = statementsFor("plan", props);
  expect(plan).toEqual(
    expect.arrayContaining([
      { Effect: "Allow", Action: ["s3:GetObject", "s3:GetObjectTagging"], Resource: objects[0] },
      {
        Effect: "Allow",
        Action: ["route53:GetHostedZone", "route53:ListResourceRecordSets"],
        Resource: "arn:aws:route53:::hostedzone/Z123",
      },
    ]),
  );
  expect(actionsOf(statementsFor("apply", props))).toContain("route53:ChangeResourceRecordSets");
  expect(statementsFor("apply", props)).toContainEqual({
    Effect: "Allow",
    Action: "lambda:InvokeFunction",
    Resource: "arn:aws:lambda:eu-central-1:123456789012:function:atlas-dev-migrate",
  });
  for (const action of ["route53:ChangeResourceRecordSets", "lambda:InvokeFunction"])
    expect(actionsOf(statementsFor("apply"))).not.toContain(action);
});

test("makes log groups of the environment, a firewall's too, whose name AWS begins", () => {
  const group = "arn:aws:logs:eu-central-1:123456789012:log-group:";
  const [{ Resource } = {}] = withAction("logs:CreateLogGroup");
  expect(Resource).toEqual([
    ...[`${group}/*/atlas-dev`, `${group}/*/atlas-dev-*`, `${group}/atlas-dev-*`],
    ...[`${group}aws-waf-logs-atlas-dev-*`, `${group}/*/atlas-dev:*`],
  ]);
});

test("empties buckets only where told to", () => {
  const removal = ["s3:DeleteObject", "s3:DeleteObjectVersion"];
  expect(statementsFor("apply", { emptyBuckets: true })).toContainEqual({
    Effect: "Allow",
    Action: removal,
    Resource: "arn:aws:s3:::atlas-dev-*/*",
  });
  expect(actionsOf(statementsFor("apply"))).not.toContain("s3:DeleteObjectVersion");
  expect(actionsOf(statementsFor("plan", { emptyBuckets: true }))).not.toContain("s3:DeleteObjectVersion");
});

test("rejects a place of states, objects, functions and zones that are none", () => {
  const props = {
    ...{ statePrefix: "/atlas", objects: ["arn:aws:s3:::raw"], invokedFunctions: ["atlas-*"] },
    hostedZoneIds: ["atlas.example"],
  };
  expect(messageOf(() => deployed(props))).toBe(
    [
      "Test/Deploy: statePrefix must end with / and not begin with it, got /atlas",
      "Test/Deploy: objects must be ARNs of objects below a prefix, got arn:aws:s3:::raw",
      "Test/Deploy: invokedFunctions must be names of functions, got atlas-*",
      "Test/Deploy: hostedZoneIds must be ids of Route 53, got atlas.example",
    ].join("\n"),
  );
});
