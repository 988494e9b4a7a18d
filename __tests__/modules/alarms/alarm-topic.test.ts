import { AlarmTopic, type AlarmTopicProps, MetricAlarm, type MetricAlarmProps } from "../../../modules";
import { statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

const ARN = "arn:aws:sns:eu-central-1:123456789012:shop-alarms";

const topic = (props: Partial<AlarmTopicProps> = {}) =>
  synth((stack) => {
    new AlarmTopic(stack, "Alarms", { topicName: "shop-alarms", keyAlias: "alias/shop", ...props });
  });

const alarm = (props: Partial<MetricAlarmProps> = {}) =>
  synth((stack) => {
    new MetricAlarm(stack, "Alarm", {
      alarmName: "orders-errors",
      description: "Read the log",
      topic: AlarmTopic.fromName(stack, "Alarms", { topicName: "shop-alarms" }),
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: "orders" },
      statistic: "Sum",
      threshold: 0,
      ...props,
    });
  }).one("aws_cloudwatch_metric_alarm");

test("is encrypted with the environment's key", () => {
  topic().one("aws_sns_topic", { name: "shop-alarms", kms_master_key_id: "alias/shop" });
});

test("takes what the alarms of its own account say, over TLS, and nothing else", () => {
  expect(statementsOf(topic().one("aws_sns_topic").policy)).toEqual([
    {
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: ARN,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: ARN,
      Condition: {
        ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*" },
        StringEquals: { "aws:SourceAccount": "123456789012" },
      },
    },
  ]);
});

test("tells nobody, unless told otherwise", () => {
  expect(topic().all("aws_sns_topic_subscription")).toEqual([]);
});

test("tells its recipients by mail, each under its address, so that one who goes moves nobody", () => {
  topic({ emails: ["a@example.com", "b@example.com"] }).one("aws_sns_topic_subscription", {
    for_each: expect.stringMatching(/^\$\{toset\(\["a@example.com", "b@example.com"\]\)}$/),
    topic_arn: expect.stringMatching(/^\$\{aws_sns_topic\.Alarms_\w+\.arn}$/),
    protocol: "email",
    endpoint: expect.stringMatching(/^\$\{each\.value}$/),
  });
});

test("has a literal ARN, in the stack that makes it and in others", () => {
  synth((stack) => {
    expect(AlarmTopic.fromName(stack, "Alarms", { topicName: "shop-alarms" }).topicArn).toBe(ARN);
  });
});

test("rejects recipients that cannot be told, all at once", () => {
  const emails = ["team", "", "a@example.com", "a@example.com"];
  expect(messageOf(() => topic({ emails })).split("\n")).toEqual([
    "Test/Alarms: emails must be addresses, as team@example.com, got team",
    "Test/Alarms: emails must be addresses, as team@example.com, got nothing",
    "Test/Alarms: emails must hold each once, got a@example.com twice",
  ]);
});

test("an alarm says when it begins and when it is over", () => {
  expect(alarm()).toMatchObject({ alarm_actions: [ARN], ok_actions: [ARN] });
});

test("an alarm takes silence for health, and one value above the threshold in five minutes for trouble", () => {
  expect(alarm()).toMatchObject({
    ...{ period: 300, evaluation_periods: 1, treat_missing_data: "notBreaching" },
    ...{ comparison_operator: "GreaterThanThreshold", threshold: 0, alarm_description: "Read the log" },
  });
  expect(alarm({ periodSeconds: 60, evaluationPeriods: 3, inclusive: true })).toMatchObject({
    ...{ period: 60, evaluation_periods: 3, comparison_operator: "GreaterThanOrEqualToThreshold" },
  });
});
