import { inOrder, verbOf, writes } from "../../../cli/graph/verbs";

test.each([
  ["s3:GetObject", "read"],
  ["s3:PutObject", "write"],
  ["s3:AbortMultipartUpload", "write"],
  ["s3:DeleteObject", "delete"],
  ["dynamodb:ConditionCheckItem", "read"],
  ["dynamodb:UpdateItem", "write"],
  ["sqs:SendMessage", "send"],
  ["sqs:ReceiveMessage", "consume"],
  ["sqs:DeleteMessage", "consume"],
  ["sqs:GetQueueAttributes", "read"],
  ["lambda:InvokeFunction", "start"],
  ["athena:StopQueryExecution", "start"],
  ["iam:PassRole", "PassRole"],
  ["s3:*", "*"],
])("%s is shown as %s", (action, verb) => {
  expect(verbOf(action)).toBe(verb);
});

test("shows each verb once, reading before writing, what has no verb last", () => {
  expect(inOrder(["PassRole", "delete", "read", "write", "read"])).toEqual([
    "read",
    "write",
    "delete",
    "PassRole",
  ]);
});

test.each([
  [["read", "write"], true],
  [["send"], true],
  [["read", "delete", "start"], false],
])("%j moves data: %s", (verbs, expected) => {
  expect(writes(verbs)).toBe(expected);
});
