import { addStatement, firstOf, holdsEverywhere, listOf, spoilt, statementsIn } from "../support/policies";
import type { StackJson } from "../support/synth";

/** What is allowed is spelled out, action by action. */
function violations(json: StackJson): string[] {
  return statementsIn(json)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ address, Action, ...statement }) => [
      ...("NotAction" in statement ? [`${address} allows all actions but some`] : []),
      ...listOf(Action)
        .filter((action) => /[*?]/.test(action))
        .map((action) => `${address} allows ${action}`),
    ]);
}

holdsEverywhere(violations);

test.each([
  ["aws_iam_role_policy", "s3:*"],
  ["aws_iam_role_policy", "*"],
  ["aws_sqs_queue", "sqs:Send*"],
  ["aws_sqs_queue", "sqs:SendMessag?"],
])("catches in %s an Allow of %s", (type, action) => {
  const json = spoilt("pipeline", (stack) =>
    addStatement(firstOf(stack, type), "policy", {
      Effect: "Allow",
      Action: action,
      Resource: "arn:aws:s3:::x",
    }),
  );
  expect(violations(json)).toEqual([
    expect.stringMatching(`^${type}\\.\\w+ allows ${action.replace(/[*?]/, "\\$&")}$`),
  ]);
});

test("catches an Allow of everything but", () => {
  const json = spoilt("pipeline", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", {
      Effect: "Allow",
      NotAction: "iam:PassRole",
      Resource: "arn:aws:s3:::x",
    }),
  );
  expect(violations(json)).toEqual([expect.stringMatching(/allows all actions but some$/)]);
});
