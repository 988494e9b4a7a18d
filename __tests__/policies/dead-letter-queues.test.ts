import { deadLetterQueue, namesFor } from "../../config/naming";
import { configOf, ENVIRONMENTS, platform } from "../support/platform";
import { holdsEverywhere, resources, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

/** Behind every queue is a dead-letter queue, which takes letters from that queue alone and keeps them longer. */
function violations(json: StackJson): string[] {
  const queues = resources(json, "aws_sqs_queue");
  return queues
    .filter(([, { name }]) => !String(name).endsWith("-dead"))
    .flatMap(([address, queue]) => {
      const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(String(queue.redrive_policy ?? "{}"));
      const dead = queues.find(([, { name }]) => name === `${queue.name}-dead`)?.[1];
      if (dead === undefined || !String(deadLetterTargetArn).endsWith(`:${dead.name}`)) {
        return [`${address} has no dead-letter queue`];
      }
      return [
        ...(maxReceiveCount >= 5 ? [] : [`${address} gives up after ${maxReceiveCount} deliveries`]),
        ...(takesFrom(dead, `${deadLetterTargetArn}`.replace(/-dead$/, ""))
          ? []
          : [`${address} has a dead-letter queue that others may use`]),
        ...(keeps(dead) > keeps(queue) ? [] : [`${address} has dead letters that do not outlast it`]),
      ];
    });
}

function takesFrom(dead: Block, arn: string): boolean {
  const allowed = JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [arn] });
  return dead.redrive_allow_policy === allowed;
}

const keeps = (queue: Block) => Number(queue.message_retention_seconds);

holdsEverywhere(violations);

test.each(ENVIRONMENTS)("is about the queues of seven stages, in %s", (environment) => {
  const names = namesFor(configOf(environment));
  const { structure, loadFigures, loadRows, loadLake } = names;
  const { serveRecommendations, loadRecommendations, followErasure, spark } = names;
  const stages = [structure, loadFigures, loadRows, loadLake];
  const followers = [serveRecommendations, loadRecommendations, followErasure];
  const queues = Object.values(platform(environment)).flatMap((json) => resources(json, "aws_sqs_queue"));
  const wanted = [
    ...[...stages, ...followers].flatMap((name) => [name, deadLetterQueue(name)]),
    // What a schedule could not start.
    ...(configOf(environment).spark?.schedule === undefined ? [] : [deadLetterQueue(spark)]),
  ];
  expect(queues.map(([, { name }]) => name).sort()).toEqual(wanted.sort());
});

const working = (json: StackJson, dead = false) => {
  const found = resources(json, "aws_sqs_queue").find(([, { name }]) => /-dead$/.test(String(name)) === dead);
  if (found === undefined) throw new Error("there is no such queue");
  return found[1];
};

test.each<[string, string, boolean, (queue: Record<string, unknown>) => unknown]>([
  ["a queue without one", "has no dead-letter queue", false, (queue) => delete queue.redrive_policy],
  [
    "a queue with the wrong one",
    "has no dead-letter queue",
    false,
    (queue) => {
      queue.redrive_policy = String(queue.redrive_policy).replace("-dead", "-other");
    },
  ],
  [
    "a queue that gives up early",
    "gives up after 1 deliveries",
    false,
    (queue) => {
      queue.redrive_policy = String(queue.redrive_policy).replace(
        '"maxReceiveCount":5',
        '"maxReceiveCount":1',
      );
    },
  ],
  [
    "one that anybody may use",
    "has a dead-letter queue that others may use",
    true,
    (queue) => delete queue.redrive_allow_policy,
  ],
  [
    "one that forgets first",
    "has dead letters that do not outlast it",
    true,
    (queue) => {
      queue.message_retention_seconds = 60;
    },
  ],
])("catches %s", (_, message, dead, spoil) => {
  const json = spoilt("pipeline", (stack) => spoil(working(stack, dead)));
  expect(violations(json)).toEqual([expect.stringMatching(`^aws_sqs_queue\\.\\w+ ${message}$`)]);
});
