import {
  firstOf,
  holdsEverywhere,
  listOf,
  refersTo,
  resources,
  spoilt,
  statementsIn,
} from "../support/policies";
import type { Block, StackJson } from "../support/synth";

/** A topic's policy takes no `sns:*`; to send is what is done to it. */
const DENIED = { aws_sqs_queue: "sqs:*", aws_sns_topic: "sns:Publish" } as const;

/**
 * Every bucket, queue and topic refuses, for everybody and every action, what does not come over TLS, and every
 * database refuses a connection without.
 */
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
    ...Object.entries(DENIED).flatMap(([type, action]) =>
      resources(json, type)
        .filter(
          ([, block]) =>
            !denials.some(({ Action, Resource }) => Action === action && ends(Resource, block.name)),
        )
        .map(([address]) => address),
    ),
  ]
    .map((address) => `${address} admits plain HTTP`)
    .concat(
      resources(json, "aws_rds_cluster")
        .filter(([, cluster]) => !forcesTls(json, cluster))
        .map(([address]) => `${address} admits connections without TLS`),
    );
}

/** By a parameter of the group that it names; the default of the engine may be another. */
function forcesTls(json: StackJson, { db_cluster_parameter_group_name: group }: Block): boolean {
  return resources(json, "aws_rds_cluster_parameter_group").some(
    ([address, { parameter }]) =>
      refersTo(group, address) &&
      listOf<Block>(parameter as Block | readonly Block[] | undefined).some(
        ({ name, value }) => name === "rds.force_ssl" && value === "1",
      ),
  );
}

const ends = (resource: unknown, name: unknown) =>
  typeof resource === "string" && resource.endsWith(`:${name}`);

holdsEverywhere(violations);

test("catches a bucket without a policy, or with one that is about its objects only", () => {
  const none = spoilt("data", (stack) => delete stack.resource?.aws_s3_bucket_policy);
  expect(violations(none)).toHaveLength(4);
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

test.each([
  ["data", '"Effect":"Deny"', '"Effect":"Allow"'],
  ["state", '"sns:Publish"', '"sns:Subscribe"'],
])("catches a topic in %s with another policy", (stack, right, wrong) => {
  const json = spoilt(stack, (tf) => {
    const block = firstOf(tf, "aws_sns_topic");
    block.policy = String(block.policy).replace(right, wrong);
  });
  expect(violations(json)).toEqual([expect.stringMatching(/^aws_sns_topic\.\w+ admits plain HTTP$/)]);
});

test.each([
  ["with parameters that admit it", "aws_rds_cluster_parameter_group", "parameter"],
  ["with the parameters of the engine", "aws_rds_cluster", "db_cluster_parameter_group_name"],
])("catches a database %s", (_, type, attribute) => {
  const json = spoilt("database", (stack) => delete firstOf(stack, type)[attribute]);
  expect(violations(json)).toEqual([
    expect.stringMatching(/^aws_rds_cluster\.\w+ admits connections without TLS$/),
  ]);
});

test("catches a database whose parameter is off", () => {
  const json = spoilt("database", (stack) => {
    firstOf(stack, "aws_rds_cluster_parameter_group").parameter = [{ name: "rds.force_ssl", value: "0" }];
  });
  expect(violations(json)).toHaveLength(1);
});
