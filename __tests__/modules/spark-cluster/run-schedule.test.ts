import { keyStatement, statementsOf, tlsStatement } from "../../support/granted";
import { sparkCluster } from "../../support/spark";
import { mayDo } from "../../support/task";

const DEAD = "arn:aws:sqs:eu-central-1:123456789012:trainer-dead";
const nightly = () => sparkCluster({ schedule: "rate(1 day)" });

test("keeps what it could not start, over TLS alone", () => {
  const tf = nightly();
  expect(tf.one("aws_scheduler_schedule").target).toMatchObject({ dead_letter_config: { arn: DEAD } });
  expect(statementsOf(tf.one("aws_sqs_queue", { name: "trainer-dead" }).policy)).toEqual([
    tlsStatement("sqs:*", DEAD),
  ]);
});

test("is started by a role that EventBridge Scheduler takes for this group alone", () => {
  const { assume_role_policy } = nightly().one("aws_iam_role", { name: "trainer-schedule" });
  expect(statementsOf(assume_role_policy)).toMatchObject([
    {
      Principal: { Service: "scheduler.amazonaws.com" },
      Condition: {
        ArnLike: { "aws:SourceArn": "arn:aws:scheduler:eu-central-1:123456789012:schedule-group/trainer" },
      },
    },
  ]);
});

test("may start the machine, read its own schedule and send into its queue, and nothing else", () => {
  expect(mayDo(nightly(), "trainer-schedule")).toEqual([
    {
      Effect: "Allow",
      Action: "states:StartExecution",
      Resource: "arn:aws:states:eu-central-1:123456789012:stateMachine:trainer",
    },
    { Effect: "Allow", Action: "sqs:SendMessage", Resource: DEAD },
    keyStatement("scheduler", "kms:Decrypt"),
    keyStatement("sqs", "kms:GenerateDataKey", "kms:Decrypt"),
  ]);
});

test("comes after the machine, its queue and its role", () => {
  expect(nightly().one("aws_scheduler_schedule").depends_on).toEqual([
    expect.stringMatching(/^aws_sfn_state_machine\.Spark_Machine_/),
    expect.stringMatching(/^aws_sqs_queue\.Spark_Schedule_DeadLetterQueue_/),
    expect.stringMatching(/^aws_iam_role\.Spark_Schedule_Role_/),
    expect.stringMatching(/^aws_iam_role_policy\.Spark_Schedule_Role_Access_/),
  ]);
});
