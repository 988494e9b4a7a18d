import { Role } from "../../../modules";
import { keyStatement, statementsOf } from "../../support/granted";
import {
  aJob,
  anApplication,
  application,
  aSparkCluster,
  longLived,
  sparkCluster,
} from "../../support/spark";
import { synth } from "../../support/synth";
import { mayDo } from "../../support/task";

const may = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const CLUSTERS = "arn:aws:elasticmapreduce:eu-central-1:123456789012:cluster/*";
const KEYS = "arn:aws:kms:eu-central-1:123456789012:key/*";
const ALIAS = { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/orders" } };
const OURS = { StringEquals: { "elasticmapreduce:ResourceTag/spark-cluster": "trainer" } };
const passedTo = (service: string) => ({ StringEquals: { "iam:PassedToService": service } });

test("EMR has its v2 policy, and may pass the instances' role alone", () => {
  const tf = sparkCluster();
  tf.one("aws_iam_role_policy_attachment", {
    policy_arn: "arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2",
    role: expect.stringMatching(/^\$\{aws_iam_role\.Spark_Roles_Service_\w+\.name}$/),
  });
  expect(mayDo(tf, "trainer-service")).toContainEqual(
    may("iam:PassRole", role("trainer-instance"), passedTo("ec2.amazonaws.com")),
  );
});

test("EMR takes its role for this account alone", () => {
  const { assume_role_policy } = sparkCluster().one("aws_iam_role", { name: "trainer-service" });
  expect(statementsOf(assume_role_policy)).toMatchObject([
    {
      Principal: { Service: "elasticmapreduce.amazonaws.com" },
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": "arn:aws:elasticmapreduce:eu-central-1:123456789012:*" },
      },
    },
  ]);
});

test("the instances read artefacts, write logs, use the key and take the jobs' roles, and nothing else", () => {
  expect(mayDo(sparkCluster(), "trainer-instance")).toEqual([
    may("s3:GetObject", "arn:aws:s3:::artefacts/trainer/jobs/*"),
    keyStatement("s3", "kms:Decrypt", "kms:GenerateDataKey"),
    may("s3:GetObject", "arn:aws:s3:::artefacts/trainer/bootstrap/*"),
    may("s3:PutObject", "arn:aws:s3:::logs/trainer/logs/*"),
    may(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"], KEYS, ALIAS),
    may(["sts:AssumeRole", "sts:TagSession"], role("trainer-train")),
  ]);
});

test("a job reads its own files, and is taken by the instances alone", () => {
  const tf = sparkCluster();
  expect(mayDo(tf, "trainer-train")).toEqual([
    may("s3:GetObject", "arn:aws:s3:::artefacts/trainer/jobs/train/*"),
    keyStatement("s3", "kms:Decrypt"),
  ]);
  const { assume_role_policy } = tf.one("aws_iam_role", { name: "trainer-train" });
  expect(statementsOf(assume_role_policy)).toMatchObject([
    {
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: { ArnLike: { "aws:PrincipalArn": role("trainer-instance") } },
    },
  ]);
});

test("a job on EMR Serverless writes its logs as well, and is taken for this account's applications", () => {
  const tf = application();
  expect(mayDo(tf, "trainer-train")).toEqual([
    may("s3:GetObject", "arn:aws:s3:::artefacts/trainer/jobs/train/*"),
    keyStatement("s3", "kms:Decrypt", "kms:GenerateDataKey"),
    may("s3:PutObject", "arn:aws:s3:::logs/trainer/logs/*"),
  ]);
  const { assume_role_policy } = tf.one("aws_iam_role", { name: "trainer-train" });
  expect(statementsOf(assume_role_policy)).toMatchObject([
    {
      Principal: { Service: "emr-serverless.amazonaws.com" },
      Condition: {
        ArnLike: { "aws:SourceArn": "arn:aws:emr-serverless:eu-central-1:123456789012:/applications/*" },
      },
    },
  ]);
});

test("the machine of a transient cluster makes and ends clusters of its name, and passes two roles", () => {
  expect(mayDo(sparkCluster(), "trainer-machine")).toEqual(
    expect.arrayContaining([
      may("elasticmapreduce:RunJobFlow", "*", {
        StringEquals: {
          "elasticmapreduce:RequestTag/spark-cluster": "trainer",
          "elasticmapreduce:RequestTag/for-use-with-amazon-emr-managed-policies": "true",
        },
      }),
      may(
        ["DescribeStep", "CancelSteps", "DescribeCluster", "TerminateJobFlows"].map(
          (action) => `elasticmapreduce:${action}`,
        ),
        CLUSTERS,
        OURS,
      ),
      may("elasticmapreduce:AddJobFlowSteps", CLUSTERS, {
        StringEquals: { ...OURS.StringEquals, "elasticmapreduce:ExecutionRoleArn": role("trainer-train") },
      }),
      may("iam:PassRole", role("trainer-service"), passedTo("elasticmapreduce.amazonaws.com")),
      may("iam:PassRole", role("trainer-instance"), passedTo("ec2.amazonaws.com")),
    ]),
  );
});

test("the machine passes no role of a job: the instances take it", () => {
  const passed = mayDo(sparkCluster(), "trainer-machine").filter(({ Action }) => Action === "iam:PassRole");
  expect(passed.map(({ Resource }) => Resource)).toEqual([role("trainer-service"), role("trainer-instance")]);
});

test("the machine sets its log up, and nothing else on all resources but its clusters", () => {
  const onAll = mayDo(sparkCluster(), "trainer-machine").filter(({ Resource }) => Resource === "*");
  expect(onAll.flatMap(({ Action }) => Action).sort()).toEqual([
    "elasticmapreduce:RunJobFlow",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
  ]);
});

test("the machine of a cluster that stays makes and ends none", () => {
  const actions = mayDo(longLived(), "trainer-machine").flatMap(({ Action }) => Action);
  expect(actions).toContain("elasticmapreduce:AddJobFlowSteps");
  expect(actions).not.toContain("elasticmapreduce:RunJobFlow");
  expect(actions).not.toContain("elasticmapreduce:TerminateJobFlows");
});

test("the machine of an application starts, follows and ends runs of its name alone", () => {
  const applications = "arn:aws:emr-serverless:eu-central-1:123456789012:/applications/*";
  const tagged = (...kinds: string[]) => ({
    StringEquals: Object.fromEntries(kinds.map((kind) => [`aws:${kind}/spark-application`, "trainer"])),
  });
  const allowed = mayDo(application(), "trainer-machine");
  const runs = allowed.filter(({ Action }) => JSON.stringify(Action).includes("emr-serverless:"));
  expect(runs).toEqual([
    may("emr-serverless:StartJobRun", applications, tagged("ResourceTag", "RequestTag")),
    may("emr-serverless:TagResource", `${applications}/jobruns/*`, tagged("RequestTag")),
    may(
      ["emr-serverless:GetJobRun", "emr-serverless:CancelJobRun"],
      `${applications}/jobruns/*`,
      tagged("ResourceTag"),
    ),
  ]);
});

test("the machine holds its lock, and looks at executions of its own", () => {
  expect(mayDo(sparkCluster(), "trainer-machine")).toEqual(
    expect.arrayContaining([
      may(
        ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
        "arn:aws:dynamodb:eu-central-1:123456789012:table/trainer-lock",
      ),
      may("states:DescribeExecution", "arn:aws:states:eu-central-1:123456789012:execution:trainer:*"),
    ]),
  );
});

test("who may run the jobs may start the machine and follow its executions", () => {
  const tf = synth((stack) => {
    const cluster = aSparkCluster(stack);
    aJob(cluster);
    const props = { roleName: "caller", description: "Calls", service: "lambda.amazonaws.com" };
    cluster.grantRun(new Role(stack, "Caller", props));
  });
  expect(mayDo(tf, "caller")).toEqual([
    may("states:StartExecution", "arn:aws:states:eu-central-1:123456789012:stateMachine:trainer"),
    may(
      ["states:DescribeExecution", "states:GetExecutionHistory"],
      "arn:aws:states:eu-central-1:123456789012:execution:trainer:*",
    ),
  ]);
});

test("two jobs have two roles, and neither has what was granted to the other", () => {
  const tf = synth((stack) => {
    const spark = anApplication(stack);
    aJob(spark).role.allow({ actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-central-1:1:x"] });
    aJob(spark, {}, "count");
  });
  const actionsOf = (name: string) => mayDo(tf, name).flatMap(({ Action }) => Action);
  expect(actionsOf("trainer-train")).toContain("sqs:SendMessage");
  expect(actionsOf("trainer-count")).not.toContain("sqs:SendMessage");
});
