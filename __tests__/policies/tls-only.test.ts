import { firstOf, holdsEverywhere, resources, spoilt, statementsIn } from "../support/policies";
import type { StackJson } from "../support/synth";

/** Every bucket and every queue refuses, for everybody and every action, what does not come over TLS. */
function violations(json: StackJson): string[] {
  const denials = statementsIn(json).filter(
    ({ Effect, Principal, Condition }) =>
      Effect === "Deny" &&
      Principal === "*" &&
      JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
  );
  const covers = (action: string, resource: string | readonly string[]) =>
    denials.some(
      (statement) =>
        statement.Action === action && JSON.stringify(statement.Resource) === JSON.stringify(resource),
    );
  return [
    ...resources(json, "aws_s3_bucket")
      .filter(([, { bucket }]) => !covers("s3:*", [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]))
      .map(([address]) => address),
    ...resources(json, "aws_sqs_queue")
      .filter(
        ([, block]) =>
          !denials.some(({ Action, Resource }) => Action === "sqs:*" && ends(Resource, block.name)),
      )
      .map(([address]) => address),
  ].map((address) => `${address} admits plain HTTP`);
}

const ends = (resource: unknown, name: unknown) =>
  typeof resource === "string" && resource.endsWith(`:${name}`);

holdsEverywhere(violations);

test("catches a bucket without a policy, or with one that is about its objects only", () => {
  const none = spoilt("data", (stack) => delete stack.resource?.aws_s3_bucket_policy);
  expect(violations(none)).toHaveLength(3);
  const half = spoilt("state", (stack) => {
    const block = firstOf(stack, "aws_s3_bucket_policy");
    block.policy = String(block.policy).replace(/\["(.*?)","(.*?)"]/, '"$2"');
  });
  expect(violations(half)).toEqual([expect.stringMatching(/^aws_s3_bucket\.States_\w+ admits plain HTTP$/)]);
});

test.each([
  ["the wrong way round", '"aws:SecureTransport":"false"', '"aws:SecureTransport":"true"'],
  ["for some only", '"Principal":"*"', '"Principal":{"AWS":"111111111111"}'],
  ["that allows", '"Effect":"Deny"', '"Effect":"Allow"'],
  ["for one action", '"sqs:*"', '"sqs:SendMessage"'],
])("catches a queue with a denial %s", (_, right, wrong) => {
  const json = spoilt("pipeline", (stack) => {
    const block = firstOf(stack, "aws_sqs_queue");
    block.policy = String(block.policy).replace(right, wrong);
  });
  expect(violations(json)).toEqual([expect.stringMatching(/^aws_sqs_queue\.\w+ admits plain HTTP$/)]);
});
