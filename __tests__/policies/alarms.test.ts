import { namesFor } from "../../config/naming";
import { configOf, ENVIRONMENTS, type Environment, platform } from "../support/platform";
import { firstOf, holdsEverywhere, listOf, resources, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

/** What is watched: a metric of AWS, of one function or queue, and from which value on it is bad. */
interface Watch {
  readonly what: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly statistic: "Maximum" | "Sum";
  isBadFrom(threshold: number): boolean;
}

const any = (threshold: number) => threshold === 0;

/** A service is watched by alarms of many kinds, which the module's own tests look at: here, that they are there. */
const OF_A_SERVICE = ["errors", "unhealthy", "unanswered", "slow", "cpu", "memory", "missing"];

/** So is what runs Spark's jobs. */
const OF_A_MACHINE = ["failed", "timedout", "aborted"];

function watchesOf(json: StackJson, environment: Environment): Watch[] {
  const oldest = configOf(environment).alarms.oldestMessageMinutes * 60;
  const functions = resources(json, "aws_lambda_function").flatMap(([, block]): Watch[] => {
    const { function_name: name, timeout } = block;
    const of = { dimensions: { FunctionName: name } };
    const milliseconds = Number(timeout) * 1_000;
    const isNear = (threshold: number) => threshold >= milliseconds / 2 && threshold <= milliseconds * 0.9;
    return [
      { ...of, what: `errors of ${name}`, metric: "Errors", statistic: "Sum", isBadFrom: any },
      { ...of, what: `throttles of ${name}`, metric: "Throttles", statistic: "Sum", isBadFrom: any },
      { ...of, what: `duration of ${name}`, metric: "Duration", statistic: "Maximum", isBadFrom: isNear },
    ];
  });
  const queues = resources(json, "aws_sqs_queue").map(([, { name }]): Watch => {
    const of = { dimensions: { QueueName: name }, statistic: "Maximum" } as const;
    return String(name).endsWith("-dead")
      ? { ...of, what: `letters in ${name}`, metric: "ApproximateNumberOfMessagesVisible", isBadFrom: any }
      : {
          ...of,
          what: `age in ${name}`,
          metric: "ApproximateAgeOfOldestMessage",
          isBadFrom: (threshold) => threshold === oldest,
        };
  });
  return [...functions, ...queues];
}

/** Every function and queue is watched, by alarms that tell the environment's topic; and no alarm is about anything else. */
function violations(json: StackJson, environment: Environment): string[] {
  const { region, accountId } = configOf(environment);
  const topic = `arn:aws:sns:${region}:${accountId}:${namesFor(configOf(environment)).alarmTopic}`;
  const watches = watchesOf(json, environment);
  const alarms = resources(json, "aws_cloudwatch_metric_alarm");
  const isOf = (alarm: Block, { metric, dimensions }: Watch) =>
    alarm.metric_name === metric && JSON.stringify(alarm.dimensions) === JSON.stringify(dimensions);
  const services = resources(json, "aws_ecs_service").flatMap(([, { name }]) =>
    OF_A_SERVICE.map((kind) => `${name}-${kind}`),
  );
  const machines = resources(json, "aws_sfn_state_machine").flatMap(([, { name }]) =>
    OF_A_MACHINE.map((kind) => `${name}-${kind}`),
  );
  const others = [...services, ...machines];
  const isOfAnother = (alarm: Block) => others.includes(String(alarm.alarm_name));
  return [
    ...others
      .filter((name) => !alarms.some(([, alarm]) => alarm.alarm_name === name))
      .map((name) => `nobody watches ${name}`),
    ...watches
      .filter((watch) => !alarms.some(([, alarm]) => isOf(alarm, watch)))
      .map(({ what }) => `nobody watches the ${what}`),
    ...alarms.flatMap(([address, alarm]) => {
      const watch = watches.find((known) => isOf(alarm, known));
      if (watch === undefined && !isOfAnother(alarm)) return [`${address} watches what is not there`];
      return [
        ...(watch === undefined || isRight(alarm, watch)
          ? []
          : [`${address} sees the ${watch.what} too late, or never`]),
        ...(alarm.actions_enabled !== false &&
        [alarm.alarm_actions, alarm.ok_actions].every((told) => listOf(told).join() === topic)
          ? []
          : [`${address} does not tell the topic of alarms`]),
      ];
    }),
  ];
}

/** Five minutes, once: who waits for several tells of what is long past. */
function isRight(alarm: Block, { metric, statistic, isBadFrom }: Watch): boolean {
  const { threshold, comparison_operator: operator, treat_missing_data: missing } = alarm;
  const above = metric === "Duration" ? "GreaterThanOrEqualToThreshold" : "GreaterThanThreshold";
  return (
    alarm.namespace === (metric.startsWith("Approximate") ? "AWS/SQS" : "AWS/Lambda") &&
    alarm.statistic === statistic &&
    operator === above &&
    missing === "notBreaching" &&
    Number(alarm.period) * Number(alarm.evaluation_periods) <= 300 &&
    isBadFrom(Number(threshold))
  );
}

holdsEverywhere(violations);

test.each(ENVIRONMENTS)(
  "is about nine functions, seven stages and their dead letters, in %s",
  (environment) => {
    const watched = Object.values(platform(environment)).flatMap((json) => watchesOf(json, environment));
    const scheduled = configOf(environment).spark?.schedule === undefined ? 0 : 1;
    expect(watched).toHaveLength(9 * 3 + 7 * 2 + scheduled);
  },
);

test.each(ENVIRONMENTS)("tells the recipients of %s", (environment) => {
  const mails = resources(platform(environment).state ?? { terraform: {} }, "aws_sns_topic_subscription");
  const { recipients } = configOf(environment).alarms;
  expect(mails.map(([, { protocol, for_each }]) => [protocol, for_each])).toEqual(
    recipients.length === 0 ? [] : [["email", `\${toset(${JSON.stringify(recipients)})}`]],
  );
});

const METRICS = [
  ["Errors", "errors of atlas-dev-structure"],
  ["Throttles", "throttles of atlas-dev-structure"],
  ["Duration", "duration of atlas-dev-structure"],
  ["ApproximateAgeOfOldestMessage", "age in atlas-dev-structure"],
  ["ApproximateNumberOfMessagesVisible", "letters in atlas-dev-structure-dead"],
] as const;

const ofStructure = (json: StackJson, metric: string) => {
  const [found] = resources(json, "aws_cloudwatch_metric_alarm").filter(
    ([address, { metric_name }]) => address.includes(".Structure_") && metric_name === metric,
  );
  if (found === undefined) throw new Error(`there is no alarm on ${metric}`);
  return found[1];
};

test.each(METRICS)("catches %s that nobody watches", (metric, what) => {
  const json = spoilt("pipeline", (stack) => {
    const alarms = stack.resource?.aws_cloudwatch_metric_alarm ?? {};
    for (const [id, alarm] of Object.entries(alarms)) {
      if (id.startsWith("Structure_") && alarm.metric_name === metric) delete alarms[id];
    }
  });
  expect(violations(json, "dev")).toEqual([`nobody watches the ${what}`]);
});

test.each(METRICS)("catches an alarm on %s that cannot go off in time", (metric, what) => {
  for (const change of [
    { threshold: 1_000_000 },
    { comparison_operator: "LessThanThreshold" },
    { evaluation_periods: 12 },
    { statistic: "Minimum" },
  ]) {
    const json = spoilt("pipeline", (stack) => Object.assign(ofStructure(stack, metric), change));
    expect(violations(json, "dev")).toEqual([
      expect.stringMatching(
        `^aws_cloudwatch_metric_alarm\\.Structure_\\w+ sees the ${what} too late, or never$`,
      ),
    ]);
  }
});

test.each([
  ["nobody", { alarm_actions: [] }],
  ["another topic", { alarm_actions: ["arn:aws:sns:eu-central-1:111111111111:atlas-prod-alarms"] }],
  ["nobody when it is over", { ok_actions: undefined }],
  ["nobody because it is off", { actions_enabled: false }],
])("catches an alarm that tells %s", (_, change) => {
  const json = spoilt("database", (stack) =>
    Object.assign(firstOf(stack, "aws_cloudwatch_metric_alarm"), change),
  );
  expect(violations(json, "dev")).toEqual([expect.stringMatching(/ does not tell the topic of alarms$/)]);
});

test("catches a service that nobody watches, and an alarm of another service", () => {
  const json = spoilt("dashboard", (stack) => {
    const [alarm] = resources(stack, "aws_cloudwatch_metric_alarm").filter(([address]) =>
      address.includes("_Slow_"),
    );
    Object.assign(alarm?.[1] ?? {}, { alarm_name: "atlas-prod-dashboard-slow" });
  });
  expect(violations(json, "dev")).toEqual([
    "nobody watches atlas-dev-dashboard-slow",
    expect.stringMatching(/_Slow_\w+ watches what is not there$/),
  ]);
});

test("catches an alarm on a function that is not there", () => {
  const json = spoilt("pipeline", (stack) => {
    ofStructure(stack, "Errors").dimensions = { FunctionName: "atlas-dev-load" };
  });
  expect(violations(json, "dev")).toEqual([
    "nobody watches the errors of atlas-dev-structure",
    expect.stringMatching(/ watches what is not there$/),
  ]);
});
