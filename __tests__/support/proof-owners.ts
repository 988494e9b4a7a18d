import type { PlatformConfig } from "../../config/load";
import { sparkOwners } from "./proof-owners-spark";
import type { Other, Owner, Uses } from "./proof-uses";

/** Lambda in a function's name, and not the function's code, which has the key. */
const BY_LAMBDA = { "lambda:SourceFunctionArn": [null] };
const IN_VPC: readonly Other[] = [
  ...["network-interface", "subnet", "security-group"].map((kind) => ({
    actions: "ec2:CreateNetworkInterface",
    on: `ec2:@:${kind}/*`,
    when: BY_LAMBDA,
  })),
  {
    actions: "ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses",
    on: "ec2:@:*/*",
    when: BY_LAMBDA,
  },
  { actions: "ec2:DescribeNetworkInterfaces ec2:DescribeSubnets", on: "*", when: BY_LAMBDA },
];

/** Every function logs, reads its variables and sends its trace. */
function lambda(name: string, { star = [], logs = [], key = {}, ...uses }: Uses): Owner {
  return {
    takers: { service: "lambda.amazonaws.com" },
    uses: {
      ...uses,
      logs: [...logs, `/aws/lambda/~-${name}`],
      key: { ...key, lambda: "Decrypt" },
      star: [...star, "xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    },
  };
}

const stage = (name: string, uses: Uses) => lambda(name, { ...uses, consumes: [name] });
const MANIFESTS = ["curated/manifests/", "curated/versions/"];

/** One function a stage: `lambdas/<stage>`, and `lambdas/load/<store>`. */
const FUNCTIONS: Readonly<Record<string, Owner>> = {
  structure: stage("structure", {
    finds: ["raw"],
    reads: ["raw/events/", "curated/attempts/", "curated/manifests/"],
    writes: ["curated/attempts/", "curated/manifests/", "curated/versions/", "rejected/rejected/"],
    removes: ["curated/attempts/", "curated/versions/", "rejected/rejected/"],
  }),
  "load-figures": stage("load-figures", {
    reads: MANIFESTS,
    items: { contributions: "GetItem Query PutItem DeleteItem ConditionCheckItem", figures: "UpdateItem" },
  }),
  "load-lake": stage("load-lake", {
    reads: [...MANIFESTS, "curated/events/", "curated/heads/"],
    writes: ["curated/events/", "curated/heads/"],
  }),
  "load-rows": stage("load-rows", { reads: MANIFESTS, connects: ["writer"], also: IN_VPC }),
  "load-recommendations": stage("load-recommendations", {
    ...{ reads: ["curated/recommendations/"], connects: ["writer"], also: IN_VPC },
  }),
  "serve-recommendations": stage("serve-recommendations", {
    reads: ["curated/recommendations/"],
    items: { recommendations: "GetItem PutItem DeleteItem Scan" },
  }),
  "follow-erasure": stage("follow-erasure", {
    reads: ["curated/erasures/", ...MANIFESTS],
    writes: ["curated/manifests/"],
  }),
  totals: lambda("totals", { connects: ["reader"], also: IN_VPC }),
  migrate: lambda("migrate", {
    key: { secretsmanager: "Decrypt" },
    also: [
      ...IN_VPC,
      {
        actions: "secretsmanager:GetSecretValue",
        on: "secretsmanager:@:secret:rds!cluster-*",
        when: { "aws:ResourceTag/aws:rds:primaryDBClusterArn": ["rds:@:cluster:~-rows"] },
      },
    ],
  }),
};

const QUEUES = ["structure", "load-figures", "load-rows", "load-lake"].flatMap((name) => [
  name,
  `${name}-dead`,
]);

const ECS = { service: "ecs-tasks.amazonaws.com", source: "ecs:@:*" } as const;
const SHELL = "/~-services/execute-command";

/** A shell in a task, where an environment has one, is the task's own doing. */
const dashboard = (executeCommand: boolean): Readonly<Record<string, Owner>> => ({
  dashboard: {
    takers: ECS,
    uses: {
      finds: ["curated", "rejected"],
      reads: ["curated/events/", "curated/heads/", "curated/manifests/", "rejected/rejected/"],
      ...{ measures: QUEUES, connects: ["reader"] },
      items: { figures: "Query", contributions: "BatchGetItem" },
      ...(executeCommand
        ? {
            ...{ findsLogs: [SHELL], key: { any: "Decrypt" } },
            star: ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"].map(
              (verb) => `ssmmessages:${verb}`,
            ),
          }
        : {}),
    },
  },
  "dashboard-execution": {
    takers: ECS,
    uses: {
      logs: ["/ecs/~-dashboard"],
      star: ["ecr:GetAuthorizationToken"],
      also: [
        {
          actions: "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer",
          on: "ecr:@:repository/~-dashboard",
        },
      ],
    },
  },
});

const CATALOGUE = "GetDatabase GetTable GetPartition GetPartitions BatchGetPartition";
const glue = (verbs: string, on: string): Other => ({
  actions: verbs
    .split(" ")
    .map((verb) => `glue:${verb}`)
    .join(" "),
  on: `glue:@:${on}`,
});

const readersOf = (reader: string, principals: readonly string[]): Readonly<Record<string, Owner>> => ({
  [`${reader}-figures`]: { takers: { principals }, uses: { items: { figures: "GetItem Query Scan" } } },
  [`${reader}-rejected`]: {
    takers: { principals },
    uses: { lists: ["rejected/rejected/"], reads: ["rejected/rejected/"] },
  },
  [`${reader}-rows`]: { takers: { principals }, uses: { connects: ["reader"] } },
  [`${reader}-lake`]: {
    takers: { principals },
    uses: {
      lists: ["curated/events/", "queries/results/"],
      reads: ["curated/events/"],
      uploads: ["queries"],
      locates: ["curated", "queries"],
      also: [
        ...["GetObject", "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"].map((verb) => ({
          actions: `s3:${verb}`,
          on: "s3:::~-queries-%/results/*",
        })),
        {
          actions:
            "athena:StartQueryExecution athena:StopQueryExecution athena:GetQueryExecution athena:GetQueryResults athena:GetWorkGroup",
          on: "athena:@:workgroup/~-lake",
        },
        ...[
          glue(CATALOGUE, "catalog"),
          glue(CATALOGUE, "database/^_lake"),
          glue("GetDatabase", "database/default"),
        ],
        glue(CATALOGUE.replace("GetDatabase ", ""), "table/^_lake/events"),
      ],
      key: { s3: "Decrypt GenerateDataKey" },
    },
  },
});

/** Jobs of a repository: pull requests and some branches plan, one environment of it applies. */
function deployers({ ci, environment, spark }: PlatformConfig): Readonly<Record<string, Owner>> {
  if (ci?.github === undefined) return {};
  const { repository, environment: applyEnvironment = environment, planBranches } = ci.github;
  const of = (what: string) => `repo:${repository}:${what}`;
  const plan = ["pull_request", ...planBranches.map((branch) => `ref:refs/heads/${branch}`)].map(of);
  const code = spark === undefined ? [] : ["spark/~-spark/jobs/", "spark/~-spark/bootstrap/"];
  const tags = (verbs: string) =>
    code.map((place) => ({ actions: verbs, on: `s3:::${place.replace("spark/", "~-spark-%/")}*` }));
  const [state, lock] = ["state/>/data.tfstate", "state/>/data.tfstate.tflock"] as const;
  return {
    plan: {
      ...{ deploys: true, takers: { subjects: plan } },
      uses: {
        ...{ reads: [state, lock, ...code], writes: [lock], removes: [lock] },
        also: tags("s3:GetObjectTagging"),
      },
    },
    apply: {
      ...{ deploys: true, takers: { subjects: [of(`environment:${applyEnvironment}`)] } },
      uses: {
        ...{ reads: [state, lock, ...code], writes: [state, lock, ...code], removes: [lock, ...code] },
        also: [
          ...tags("s3:GetObjectTagging s3:PutObjectTagging s3:DeleteObjectVersion"),
          { actions: "lambda:InvokeFunction", on: "lambda:@:function:~-migrate" }, // the schema, with the database
        ],
      },
    },
  };
}

/** Who owns what in an environment: every role that there is, by its name behind `<project>-<environment>-`. */
export function ownersOf(config: PlatformConfig): Readonly<Record<string, Owner>> {
  const each = (groups: readonly Readonly<Record<string, Owner>>[]) => Object.assign({}, ...groups);
  return {
    ...FUNCTIONS,
    ...sparkOwners(config),
    ...(config.dashboard ? dashboard(config.dashboard.executeCommand) : {}),
    "flow-logs": {
      takers: { service: "vpc-flow-logs.amazonaws.com", source: "ec2:@:vpc-flow-log/*" },
      uses: { findsLogs: ["/aws/vpc/~"] },
    },
    ...each(
      Object.entries(config.collectors).map(([name, { principals }]) => ({
        [`collector-${name}`]: { takers: { principals }, uses: { writes: [`raw/events/${name}/`] } },
      })),
    ),
    ...each(
      Object.entries(config.readers).map(([name, { principals, stores }]) => {
        const all = readersOf(name, principals);
        const roles = stores.map((store) => `${name}-${store}`);
        return Object.fromEntries(Object.entries(all).filter(([role]) => roles.includes(role)));
      }),
    ),
    ...deployers(config),
  };
}
