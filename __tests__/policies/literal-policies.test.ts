import { firstOf, holdsEverywhere, policiesOf, spoilt } from "../support/policies";
import type { StackJson } from "../support/synth";

/** A policy can be read before the first plan: JSON, with no reference in it. */
function violations(json: StackJson): string[] {
  return policiesOf(json)
    .filter(({ text }) => /[$%]\{/.test(text) || !isPolicy(text))
    .map(({ address, attribute }) => `${address}.${attribute} is not literal`);
}

function isPolicy(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text).Statement);
  } catch {
    return false;
  }
}

holdsEverywhere(violations);

test.each([
  [
    "a reference in an ARN",
    (text: unknown) => String(text).replace("arn:aws:sqs", `\${aws_sqs_queue.X.arn}`),
  ],
  ["a policy that Terraform writes", () => `\${data.aws_iam_policy_document.X.json}`],
  ["what is not JSON", () => "{"],
])("catches %s", (_, change) => {
  const json = spoilt("pipeline", (stack) => {
    const block = firstOf(stack, "aws_iam_role_policy");
    block.policy = change(block.policy);
  });
  expect(violations(json)).toEqual([
    expect.stringMatching(/^aws_iam_role_policy\.\w+\.policy is not literal$/),
  ]);
});
