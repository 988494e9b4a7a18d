import {
  AlarmTopic,
  type FunctionOptions,
  type FunctionVpc,
  type LambdaStageProps,
  NodeFunction,
  type NodeFunctionProps,
  ObjectTopic,
} from "../../../modules";
import {
  type Checks,
  type ChecksByGroup,
  featuresOf,
  testOptions,
  testOptionTable,
} from "../../support/feature-table";
import { keyStatement, statementsOf } from "../../support/granted";
import { aBundle, aStage } from "../../support/stage";
import { type Synthesised, synth } from "../../support/synth";

interface Env {
  readonly QUEUE_URL: string;
  readonly TARGET: string;
}

const FUNCTION = "aws_lambda_function";
const MAPPING = "aws_lambda_event_source_mapping";
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";
const VPC: FunctionVpc = { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };

const stage = (props: Partial<LambdaStageProps<Env>> = {}) => synth((stack) => aStage(stack, props));

const lookup = (props: Partial<NodeFunctionProps<{ TABLE: string }>> = {}) =>
  synth((stack) => {
    new NodeFunction<{ TABLE: string }>(stack, "Function", {
      functionName: "lookup",
      description: "Looks up",
      bundle: aBundle(),
      keyAlias: "alias/orders",
      keyArn: KEY,
      environment: { TABLE: "prices" },
      ...props,
    });
  });

/** The same holds with a queue before the function and without. */
const both = (props: Partial<FunctionOptions>, check: (tf: Synthesised) => void) => {
  check(stage(props));
  check(lookup(props));
};

const grantsOf = (tf: Synthesised) => statementsOf(tf.one("aws_iam_role_policy").policy);

const withAlarms = () =>
  synth((stack) => {
    aStage(stack, { alarmTopic: AlarmTopic.fromName(stack, "Alarms", { topicName: "alarms" }) });
  });

const OPTIONS: Checks<FunctionOptions> = {
  description: [
    "is on the function and its role",
    () =>
      both({ description: "Counts" }, (tf) => {
        tf.one(FUNCTION, { description: "Counts" });
        tf.one("aws_iam_role", { description: "Counts" });
      }),
  ],
  bundle: ["is the code", () => both({}, (tf) => void tf.one(FUNCTION, { source_code_hash: "c2hhMjU2" }))],
  keyAlias: [
    "is how the role may read the variables",
    () => both({}, (tf) => expect(grantsOf(tf)).toContainEqual(keyStatement("lambda", "kms:Decrypt"))),
  ],
  keyArn: [
    "encrypts log and variables",
    () =>
      both({}, (tf) => {
        tf.one(FUNCTION, { kms_key_arn: KEY });
        tf.one("aws_cloudwatch_log_group", { kms_key_id: KEY });
      }),
  ],
  memoryMiB: [
    "is 512, unless told otherwise",
    () => {
      both({}, (tf) => void tf.one(FUNCTION, { memory_size: 512 }));
      both({ memoryMiB: 1024 }, (tf) => void tf.one(FUNCTION, { memory_size: 1024 }));
    },
  ],
  timeoutSeconds: [
    "is a minute, unless told otherwise",
    () => {
      both({}, (tf) => void tf.one(FUNCTION, { timeout: 60 }));
      both({ timeoutSeconds: 5 }, (tf) => void tf.one(FUNCTION, { timeout: 5 }));
    },
  ],
  ephemeralStorageMiB: [
    "is 512, unless told otherwise",
    () => {
      both({}, (tf) => void tf.one(FUNCTION, { ephemeral_storage: { size: 512 } }));
      both(
        { ephemeralStorageMiB: 2048 },
        (tf) => void tf.one(FUNCTION, { ephemeral_storage: { size: 2048 } }),
      );
    },
  ],
  architecture: [
    "is arm64, unless told otherwise",
    () => {
      both({}, (tf) => void tf.one(FUNCTION, { architectures: ["arm64"] }));
      both({ architecture: "x86_64" }, (tf) => void tf.one(FUNCTION, { architectures: ["x86_64"] }));
    },
  ],
  reservedConcurrency: [
    "keeps nothing, unless told otherwise",
    () => {
      both({}, (tf) => expect(tf.one(FUNCTION)).not.toHaveProperty("reserved_concurrent_executions"));
      both(
        { reservedConcurrency: 20 },
        (tf) => void tf.one(FUNCTION, { reserved_concurrent_executions: 20 }),
      );
    },
  ],
  tracing: [
    "is off, and comes with what X-Ray needs",
    () => {
      const statement = {
        Effect: "Allow",
        Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        Resource: "*",
      };
      both({}, (tf) => {
        tf.one(FUNCTION, { tracing_config: { mode: "PassThrough" } });
        expect(grantsOf(tf)).not.toContainEqual(statement);
      });
      both({ tracing: true }, (tf) => {
        tf.one(FUNCTION, { tracing_config: { mode: "Active" } });
        expect(grantsOf(tf)).toContainEqual(statement);
      });
    },
  ],
  logLevel: [
    "is INFO, unless told otherwise",
    () => {
      both({}, (tf) => void tf.one(FUNCTION, { logging_config: { application_log_level: "INFO" } }));
      both(
        { logLevel: "WARN" },
        (tf) =>
          void tf.one(FUNCTION, { logging_config: { log_format: "JSON", application_log_level: "WARN" } }),
      );
    },
  ],
  logRetentionDays: [
    "is a month, unless told otherwise",
    () => {
      both({}, (tf) => void tf.one("aws_cloudwatch_log_group", { retention_in_days: 30 }));
      both(
        { logRetentionDays: 7 },
        (tf) => void tf.one("aws_cloudwatch_log_group", { retention_in_days: 7 }),
      );
    },
  ],
  vpc: [
    "is none, and otherwise comes with the right to be in it, for Lambda and not for the code",
    () => {
      both({}, (tf) => {
        expect(tf.one(FUNCTION)).not.toHaveProperty("vpc_config");
        expect(tf.all("aws_security_group")).toEqual([]);
      });
      both({ vpc: VPC }, (tf) => {
        const interfaces = grantsOf(tf).filter(({ Action }) => [Action].flat()[0]?.startsWith("ec2:"));
        expect(interfaces.flatMap(({ Action }) => Action).sort()).toEqual([
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses",
        ]);
        expect(interfaces.map(({ Condition }) => Condition)).toEqual(
          interfaces.map(() => ({ Null: { "lambda:SourceFunctionArn": "true" } })),
        );
      });
    },
  ],
  alarmTopic: [
    "is told of errors, throttles and the time-out coming near",
    () => {
      both({}, (tf) => expect(tf.all("aws_cloudwatch_metric_alarm")).toEqual([]));
      const tf = withAlarms();
      for (const metric_name of ["Errors", "Throttles"]) {
        tf.one("aws_cloudwatch_metric_alarm", {
          ...{ namespace: "AWS/Lambda", metric_name, dimensions: { FunctionName: "orders" } },
          ...{ statistic: "Sum", threshold: 0, comparison_operator: "GreaterThanThreshold" },
        });
      }
      tf.one("aws_cloudwatch_metric_alarm", {
        ...{ alarm_name: "orders-duration", metric_name: "Duration", statistic: "Maximum" },
        ...{ threshold: 48_000, comparison_operator: "GreaterThanOrEqualToThreshold" },
      });
    },
  ],
};

const NETWORK: Checks<FunctionVpc> = {
  vpcId: [
    "is where the security group is, which lets out HTTPS and nothing in",
    () =>
      both({ vpc: VPC }, (tf) => {
        tf.one("aws_security_group", { vpc_id: "vpc-1" });
        tf.one("aws_vpc_security_group_egress_rule", {
          ...{ cidr_ipv4: "0.0.0.0/0", ip_protocol: "tcp", from_port: 443, to_port: 443 },
        });
        expect(tf.all("aws_vpc_security_group_ingress_rule")).toEqual([]);
      }),
  ],
  subnetIds: [
    "are where the interfaces are",
    () =>
      both({ vpc: VPC }, (tf) => {
        tf.one(FUNCTION, {
          vpc_config: {
            subnet_ids: ["subnet-1", "subnet-2"],
            security_group_ids: [
              expect.stringMatching(/^\$\{aws_security_group\.\w+SecurityGroup_\w+\.id}$/),
            ],
          },
        });
      }),
  ],
};

const NODE_FUNCTION: Checks<Omit<NodeFunctionProps<Env>, keyof FunctionOptions>> = {
  functionName: [
    "names function, role and log group",
    () => {
      const tf = lookup({ vpc: VPC });
      tf.one(FUNCTION, { function_name: "lookup" });
      tf.one("aws_iam_role", { name: "lookup" });
      tf.one("aws_security_group", { name: "lookup" });
      tf.one("aws_cloudwatch_log_group", { name: "/aws/lambda/lookup" });
    },
  ],
  environment: [
    "is what the function is handed, and nothing else",
    () => {
      expect(lookup().one(FUNCTION).environment).toEqual({ variables: { TABLE: "prices" } });
    },
  ],
};

const STAGE: Checks<Omit<LambdaStageProps<Env>, keyof FunctionOptions>> = {
  stageName: [
    "names function, role and queues",
    () => {
      const tf = stage({ stageName: "returns" });
      tf.one(FUNCTION, { function_name: "returns" });
      tf.one("aws_iam_role", { name: "returns" });
      for (const name of ["returns", "returns-dead"]) tf.one("aws_sqs_queue", { name });
    },
  ],
  environment: [
    "is handed over with the queue's URL",
    () => {
      expect(Object.keys(Object(stage().one(FUNCTION).environment).variables)).toEqual([
        "QUEUE_URL",
        "TARGET",
      ]);
    },
  ],
  source: [
    "is the bucket that tells of its objects",
    () => void stage().one("aws_s3_bucket_notification", { bucket: "raw" }),
  ],
  prefix: [
    "is what the role may read, and is told of",
    () => {
      const tf = stage({ prefix: "returns/" });
      expect(entryOf(tf)).toMatchObject({ filter_prefix: "returns/" });
      expect(grantsOf(tf)).toContainEqual({
        ...{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::raw/returns/*" },
      });
    },
  ],
  suffix: [
    "is any, unless told otherwise",
    () => {
      expect(entryOf(stage())).not.toHaveProperty("filter_suffix");
      expect(entryOf(stage({ suffix: ".gz" }))).toMatchObject({ filter_suffix: ".gz" });
    },
  ],
  removals: [
    "are left out, unless told otherwise",
    () => {
      expect(entryOf(stage())).toMatchObject({ events: ["s3:ObjectCreated:*"] });
      expect(entryOf(stage({ removals: true }))).toMatchObject({
        events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
      });
    },
  ],
  topic: [
    "takes the place of the bucket's notification",
    () => {
      const tf = synth((stack) => {
        const topic = ObjectTopic.fromName(stack, "Topic", { topicName: "new", keyAlias: "alias/orders" });
        aStage(stack, { topic });
      });
      expect(tf.all("aws_s3_bucket_notification")).toEqual([]);
      tf.one("aws_sns_topic_subscription", {
        topic_arn: "arn:aws:sns:eu-central-1:123456789012:new",
        protocol: "sqs",
        endpoint: expect.stringMatching(/^\$\{aws_sqs_queue\.Stage_Queue_\w+\.arn}$/),
        raw_message_delivery: true,
      });
      expect(grantsOf(tf)).toContainEqual(
        expect.objectContaining({ Action: "s3:GetObject", Resource: "arn:aws:s3:::raw/events/*" }),
      );
    },
  ],
  batchSize: [
    "is ten, unless told otherwise",
    () => {
      stage().one(MAPPING, { batch_size: 10 });
      stage({ batchSize: 5 }).one(MAPPING, { batch_size: 5 });
    },
  ],
  batchWindowSeconds: [
    "is none, unless told otherwise",
    () => {
      stage().one(MAPPING, { maximum_batching_window_in_seconds: 0 });
      stage({ batchWindowSeconds: 5 }).one(MAPPING, { maximum_batching_window_in_seconds: 5 });
    },
  ],
  maximumConcurrency: [
    "is ten, unless told otherwise",
    () => {
      stage().one(MAPPING, { scaling_config: { maximum_concurrency: 10 } });
      stage({ maximumConcurrency: 3 }).one(MAPPING, { scaling_config: { maximum_concurrency: 3 } });
    },
  ],
  maxReceiveCount: [
    "is five, unless told otherwise",
    () => {
      const redrive = (tf: Synthesised) => tf.one("aws_sqs_queue", { name: "orders" }).redrive_policy;
      expect(redrive(stage())).toContain('"maxReceiveCount":5');
      expect(redrive(stage({ maxReceiveCount: 9 }))).toContain('"maxReceiveCount":9');
    },
  ],
  visibilityTimeoutSeconds: [
    "is the least that AWS advises, unless told otherwise",
    () => {
      stage().one("aws_sqs_queue", { name: "orders", visibility_timeout_seconds: 360 });
      stage({ visibilityTimeoutSeconds: 900 }).one("aws_sqs_queue", { visibility_timeout_seconds: 900 });
    },
  ],
  oldestMessageAlarmSeconds: [
    "is three deliveries, and beside it every dead letter is told of",
    () => {
      const tf = withAlarms();
      tf.one("aws_cloudwatch_metric_alarm", {
        ...{ alarm_name: "orders-oldest-message", metric_name: "ApproximateAgeOfOldestMessage" },
        ...{
          namespace: "AWS/SQS",
          dimensions: { QueueName: "orders" },
          statistic: "Maximum",
          threshold: 1080,
        },
      });
      tf.one("aws_cloudwatch_metric_alarm", {
        ...{ metric_name: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: "orders-dead" } },
        ...{ threshold: 0, comparison_operator: "GreaterThanThreshold" },
      });
      const told = synth((stack) => {
        const alarmTopic = AlarmTopic.fromName(stack, "Alarms", { topicName: "alarms" });
        aStage(stack, { alarmTopic, oldestMessageAlarmSeconds: 600 });
      });
      told.one("aws_cloudwatch_metric_alarm", {
        metric_name: "ApproximateAgeOfOldestMessage",
        threshold: 600,
      });
    },
  ],
};

const CHECKS: ChecksByGroup = {
  FunctionVpc: NETWORK,
  FunctionOptions: OPTIONS,
  NodeFunctionProps: NODE_FUNCTION,
  LambdaStageProps: STAGE,
};

testOptions(CHECKS);

const FEATURES = ["function-props", "stage-props"].flatMap((file) =>
  featuresOf(`modules/lambda-stage/${file}.ts`),
);

test("every option that the types have is tested here", () => {
  const sorted = (names: readonly string[]) => [...names].sort();
  expect(
    FEATURES.map(({ name, features }) => [name, sorted(features.map((feature) => feature.name))]),
  ).toEqual(Object.entries(CHECKS).map(([group, checks]) => [group, sorted(Object.keys(checks))]));
});

testOptionTable("lambda-stage", FEATURES);

/** The single entry of the bucket's notification. */
function entryOf(tf: Synthesised): unknown {
  const { queue } = tf.one("aws_s3_bucket_notification");
  return [queue].flat()[0];
}
