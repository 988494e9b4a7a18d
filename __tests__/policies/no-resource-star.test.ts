import { addStatement, firstOf, holdsEverywhere, listOf, spoilt, statementsIn } from "../support/policies";
import type { StackJson } from "../support/synth";

/** In a key's own policy `*` means that key. What an endpoint's may name, `endpoint-policies.test.ts` says. */
const EXCEPT = ["aws_kms_key", "aws_vpc_endpoint"];

/** A statement names its resources; a trust policy has none, it is about its role. */
function violations(json: StackJson): string[] {
  return statementsIn(json)
    .filter(({ type }) => !EXCEPT.includes(type))
    .flatMap(({ address, Resource, ...statement }) => [
      ...("NotResource" in statement ? [`${address} names what it is not about`] : []),
      ...listOf(Resource)
        .filter((resource) => /^[*:]*$|^arn:[^:]*:(\*|[a-z0-9-]+:[^:]*:[^:]*:\*$|s3:::\*)/.test(resource))
        .map((resource) => `${address} is about ${resource}`),
    ]);
}

holdsEverywhere(violations);

test.each(["*", "arn:aws:s3:::*", "arn:aws:s3:::*/*", "arn:aws:sqs:*:*:*", "arn:aws:*:*:*:*"])(
  "catches the resource %s",
  (resource) => {
    const json = spoilt("pipeline", (stack) =>
      addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", {
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: ["arn:aws:s3:::raw/events/*", resource],
      }),
    );
    expect(violations(json)).toEqual([expect.stringMatching(/^aws_iam_role_policy\.\w+ is about \S*\*$/)]);
  },
);

test("catches everything but", () => {
  const json = spoilt("pipeline", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", {
      Effect: "Allow",
      Action: "s3:GetObject",
      NotResource: "arn:aws:s3:::raw",
    }),
  );
  expect(violations(json)).toEqual([expect.stringMatching(/names what it is not about$/)]);
});
