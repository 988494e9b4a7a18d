import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { synth } from "./synth";

const twoQueues = () =>
  synth((stack) => {
    new SqsQueue(stack, "A", { name: "a", delaySeconds: 1, tags: { team: "x", kind: "q" } });
    new SqsQueue(stack, "B", { name: "b", delaySeconds: 1 });
  });

test("finds the one resource that matches in part", () => {
  expect(twoQueues().one("aws_sqs_queue", { tags: { team: "x" } })).toHaveProperty("name", "a");
});

test("finds all resources that match", () => {
  expect(twoQueues().all("aws_sqs_queue", { delay_seconds: 1 })).toHaveLength(2);
  expect(twoQueues().all("aws_sqs_queue", { name: expect.stringMatching(/^b/) })).toHaveLength(1);
});

test("rejects two matches where one is meant", () => {
  expect(() => twoQueues().one("aws_sqs_queue", { delay_seconds: 1 })).toThrow(
    /^2 of aws_sqs_queue match {"delay_seconds":1}/,
  );
});

test("rejects no match where one is meant", () => {
  expect(() => twoQueues().one("aws_sqs_queue", { name: "c" })).toThrow(/^0 of aws_sqs_queue match/);
});

test("rejects an attribute that the type does not have, and knows those that are not set", () => {
  expect(() => twoQueues().all("aws_sqs_queue", { nam: "a" })).toThrow("aws_sqs_queue has no nam");
  expect(twoQueues().all("aws_sqs_queue", { fifo_queue: true })).toEqual([]);
});

test("rejects a type that the provider does not have", () => {
  expect(() => twoQueues().all("aws_sqs_que")).toThrow("the provider has no resource aws_sqs_que");
  expect(() => twoQueues().data("aws_sqs_que")).toThrow("the provider has no data aws_sqs_que");
});

test("runs the checks that a construct adds to its node", () => {
  const build = () =>
    synth((stack) => stack.node.addValidation({ validate: () => ["a check that does not hold"] }));
  expect(build).toThrow("a check that does not hold");
});
