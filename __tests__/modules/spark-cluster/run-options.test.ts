import { AlarmTopic } from "../../../modules";
import type { SparkClusterProps } from "../../../modules/spark-cluster/cluster/cluster-props";
import type { SparkRunProps } from "../../../modules/spark-cluster/machine/run-props";
import { type Checks, testOptions } from "../../support/feature-table";
import { keyStatement } from "../../support/granted";
import {
  aJob,
  aSparkCluster,
  FLEETS,
  KEY,
  machineOf,
  request,
  requestOf,
  sparkCluster,
} from "../../support/spark";
import { type Synthesised, synth } from "../../support/synth";
import { mayDo } from "../../support/task";

const MACHINE = "aws_sfn_state_machine";
const SCHEDULE = "aws_scheduler_schedule";
const ALARM = "aws_cloudwatch_metric_alarm";

const nightly = (props: Partial<SparkClusterProps> = {}) =>
  sparkCluster({ schedule: "cron(0 3 * * ? *)", ...props });
const alarmed = (props: Partial<SparkClusterProps> = {}) =>
  synth((stack) => {
    const alarmTopic = AlarmTopic.fromName(stack, "Alarms", { topicName: "alarms" });
    aJob(aSparkCluster(stack, { alarmTopic, ...props }));
  });

const RUN: Checks<SparkRunProps> = {
  sparkName: [
    "names cluster, machine, lock, roles and security configuration",
    () => {
      const tf = sparkCluster({ sparkName: "nightly" });
      expect(requestOf(tf)).toMatchObject({ Name: "nightly" });
      tf.one(MACHINE, { name: "nightly" });
      tf.one("aws_dynamodb_table", { name: "nightly-lock" });
      tf.one("aws_emr_security_configuration", { name: "nightly" });
      for (const role of ["service", "instance", "machine", "train"]) {
        tf.one("aws_iam_role", { name: `nightly-${role}` });
      }
    },
  ],
  description: [
    "is the machine's",
    () => expect(machineOf(sparkCluster())).toHaveProperty("Comment", "Trains"),
  ],
  artefacts: [
    "holds the jobs' files below a hash of themselves",
    () =>
      void sparkCluster().one("aws_s3_object", {
        bucket: "artefacts",
        key: expect.stringMatching(/^trainer\/jobs\/train\/[0-9a-f]{16}\/train\.py$/),
      }),
  ],
  logs: [
    "takes logs below the name",
    () => expect(request()).toMatchObject({ LogUri: "s3://logs/trainer/logs/" }),
  ],
  keyAlias: [
    "is how the machine may use its lock",
    () =>
      expect(mayDo(sparkCluster(), "trainer-machine")).toContainEqual(
        keyStatement("dynamodb", "kms:Decrypt"),
      ),
  ],
  keyArn: [
    "encrypts logs, lock and schedule",
    () => {
      const tf = nightly();
      expect(requestOf(tf)).toMatchObject({ LogEncryptionKmsKeyId: KEY });
      tf.one("aws_dynamodb_table", { server_side_encryption: { enabled: true, kms_key_arn: KEY } });
      tf.one(SCHEDULE, { kms_key_arn: KEY });
    },
  ],
  vpcId: [
    "is where the security groups are",
    () =>
      expect(sparkCluster({ vpcId: "vpc-2" }).all("aws_security_group", { vpc_id: "vpc-2" })).toHaveLength(3),
  ],
  subnetIds: [
    "are one for groups, and several for fleets",
    () => {
      expect(request().Instances).toMatchObject({ Ec2SubnetId: "subnet-1" });
      const subnetIds = ["subnet-1", "subnet-2"];
      expect(request({ capacity: FLEETS, subnetIds }).Instances).toMatchObject({ Ec2SubnetIds: subnetIds });
    },
  ],
  schedule: [
    "starts the machine; there is none unless told",
    () => {
      expect(sparkCluster().all(SCHEDULE)).toEqual([]);
      nightly().one(SCHEDULE, {
        schedule_expression: "cron(0 3 * * ? *)",
        target: {
          arn: "arn:aws:states:eu-central-1:123456789012:stateMachine:trainer",
          input: "{}",
          retry_policy: { maximum_retry_attempts: 2, maximum_event_age_in_seconds: 3_600 },
        },
      });
    },
  ],
  timezone: [
    "is UTC, unless told otherwise",
    () => {
      nightly().one(SCHEDULE, { schedule_expression_timezone: "UTC" });
      nightly({ timezone: "Europe/Berlin" }).one(SCHEDULE, { schedule_expression_timezone: "Europe/Berlin" });
    },
  ],
  enabled: [
    "is so, unless told otherwise",
    () => {
      nightly().one(SCHEDULE, { state: "ENABLED" });
      nightly({ enabled: false }).one(SCHEDULE, { state: "DISABLED" });
    },
  ],
  tracing: [
    "is not said, unless told, and needs X-Ray",
    () => {
      expect(sparkCluster().one(MACHINE)).not.toHaveProperty("tracing_configuration");
      const xray = ["PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets"];
      const Action = expect.arrayContaining(xray.map((action) => `xray:${action}`));
      const traced = (tracing: boolean) => {
        const tf = sparkCluster({ tracing });
        tf.one(MACHINE, { tracing_configuration: { enabled: tracing } });
        return mayDo(tf, "trainer-machine");
      };
      expect(traced(true)).toContainEqual({ Effect: "Allow", Action, Resource: "*" });
      expect(JSON.stringify(traced(false))).not.toContain("xray:");
    },
  ],
  logExecutionData: [
    "is not logged, unless told; errors are",
    () => {
      const logged = (include_execution_data: boolean) => ({
        logging_configuration: {
          level: "ERROR",
          include_execution_data,
          log_destination:
            "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/states/trainer:*",
        },
      });
      sparkCluster().one(MACHINE, logged(false));
      sparkCluster({ logExecutionData: true }).one(MACHINE, logged(true));
    },
  ],
  logRetentionDays: [
    "is 30, unless told otherwise, and the log is encrypted",
    () => {
      const name = "/aws/vendedlogs/states/trainer";
      const log = { name, kms_key_id: KEY };
      sparkCluster().one("aws_cloudwatch_log_group", { ...log, retention_in_days: 30 });
      const tf = sparkCluster({ logRetentionDays: 7 });
      tf.one("aws_cloudwatch_log_group", { ...log, retention_in_days: 7 });
    },
  ],
  alarmTopic: [
    "is told of every end that is not good, and of starts that fail",
    () => {
      expect(sparkCluster().all(ALARM)).toEqual([]);
      const names = (tf: Synthesised) => tf.all(ALARM).map(({ alarm_name }) => alarm_name);
      const ends = ["trainer-aborted", "trainer-failed", "trainer-timedout"];
      expect(names(alarmed())).toEqual(ends);
      expect(names(alarmed({ schedule: "rate(1 day)" }))).toEqual(
        expect.arrayContaining([...ends, "trainer-not-started"]),
      );
      alarmed().one(ALARM, {
        metric_name: "ExecutionsFailed",
        dimensions: { StateMachineArn: "arn:aws:states:eu-central-1:123456789012:stateMachine:trainer" },
        threshold: 0,
        alarm_actions: ["arn:aws:sns:eu-central-1:123456789012:alarms"],
      });
    },
  ],
};

testOptions({ SparkRunProps: RUN });
