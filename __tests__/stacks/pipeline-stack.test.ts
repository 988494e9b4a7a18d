import { namesFor } from "../../config/naming";
import { keyStatementOf, statementsOf } from "../support/granted";
import { configOf, platform } from "../support/platform";
import { firstOf, inner, resources } from "../support/policies";

const json = () => platform("dev").pipeline ?? { terraform: {} };
const names = namesFor(configOf("dev"));
const ARN = { region: "eu-central-1", account: "111111111111" };

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${ARN.region}:${ARN.account}:${resource}`;
const key = (service: string, ...actions: string[]) =>
  keyStatementOf({ ...ARN, alias: "alias/atlas-dev" }, service, ...actions);

const consume = [
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "sqs:ChangeMessageVisibility",
];

/** What a stage's role may do. */
function roleOf(stage: string) {
  const found = resources(json(), "aws_iam_role_policy").find(([address]) => address.includes(`.${stage}_`));
  return statementsOf(found?.[1].policy);
}

/** The sentence of a review: every permission of every function, on one page. */
test("lets structure read raw events and write curated and rejected ones, and nothing else", () => {
  expect(roleOf("Structure")).toEqual([
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: arn("logs", "log-group:/aws/lambda/atlas-dev-structure:*"),
    },
    { Effect: "Allow", Action: consume, Resource: arn("sqs", "atlas-dev-structure") },
    key("sqs", "kms:Decrypt"),
    { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${names.rawBucket}/events/*` },
    key("s3", "kms:Decrypt", "kms:GenerateDataKey"),
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: `arn:aws:s3:::${names.curatedBucket}/manifests/*`,
    },
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: `arn:aws:s3:::${names.curatedBucket}/attempts/*`,
    },
    {
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: `arn:aws:s3:::${names.curatedBucket}/events/*`,
    },
    {
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: `arn:aws:s3:::${names.rejectedBucket}/rejected/*`,
    },
  ]);
});

test("lets load read curated events and count figures, and nothing else", () => {
  expect(roleOf("Load")).toEqual([
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: arn("logs", "log-group:/aws/lambda/atlas-dev-load:*"),
    },
    { Effect: "Allow", Action: consume, Resource: arn("sqs", "atlas-dev-load") },
    key("sqs", "kms:Decrypt"),
    { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${names.curatedBucket}/manifests/*` },
    key("s3", "kms:Decrypt"),
    { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${names.curatedBucket}/events/*` },
    { Effect: "Allow", Action: "dynamodb:UpdateItem", Resource: arn("dynamodb", "table/atlas-dev-figures") },
    key("dynamodb", "kms:Decrypt"),
    {
      Effect: "Allow",
      Action: [
        ...["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"],
        ...["dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"],
      ],
      Resource: arn("dynamodb", "table/atlas-dev-contributions"),
    },
  ]);
});

test("hands each function the variables of its contract", () => {
  const variables = resources(json(), "aws_lambda_function").map(([, block]) =>
    inner(block, "environment", "variables"),
  );
  expect(variables).toEqual([
    {
      FIGURES_TABLE: names.figuresTable,
      CONTRIBUTIONS_TABLE: names.contributionsTable,
      QUEUE_URL: expect.stringMatching(/^\$\{aws_sqs_queue\.Load_Queue_/),
    },
    {
      CURATED_BUCKET: names.curatedBucket,
      REJECTED_BUCKET: names.rejectedBucket,
      QUEUE_URL: expect.stringMatching(/^\$\{aws_sqs_queue\.Structure_Queue_/),
    },
  ]);
});

test("starts structure with raw events and load with manifests, which are written last", () => {
  const starts = resources(json(), "aws_s3_bucket_notification").map(([, { bucket, queue }]) => [
    bucket,
    inner({ queue }, "queue")?.filter_prefix,
    String(inner({ queue }, "queue")?.queue_arn).split(":").at(-1),
  ]);
  expect(starts.sort()).toEqual([
    [names.curatedBucket, "manifests/", names.load],
    [names.rawBucket, "events/", names.structure],
  ]);
});

test("takes each stage's sizes from the environment", () => {
  const { load } = configOf("dev").pipeline;
  expect(firstOf(json(), "aws_lambda_function")).toMatchObject({
    memory_size: load.memoryMiB,
    timeout: load.timeoutSeconds,
  });
  expect(inner(firstOf(json(), "aws_lambda_event_source_mapping"), "scaling_config")).toEqual({
    maximum_concurrency: load.maximumConcurrency,
  });
});
