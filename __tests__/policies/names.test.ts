import { deadLetterQueue, logGroup, namesFor } from "../../config/naming";
import { configOf, type Environment } from "../support/platform";
import { firstOf, holdsEverywhere, resources, spoilt } from "../support/policies";
import type { StackJson } from "../support/synth";

/** Type → the attribute with the name in AWS. Another type has none, or a reference, and is listed as such. */
const NAMED: Readonly<Record<string, string>> = {
  aws_cloudwatch_log_group: "name",
  aws_dynamodb_table: "name",
  aws_iam_role: "name",
  aws_kms_alias: "name",
  aws_lambda_function: "function_name",
  aws_s3_bucket: "bucket",
  aws_s3_bucket_notification: "bucket",
  aws_sqs_queue: "name",
  aws_ssm_parameter: "name",
};

/** Named by what they belong to, or by AWS; the one policy of a role is always called the same. */
const NAMELESS = [
  ...["aws_iam_role_policy", "aws_kms_key", "aws_lambda_event_source_mapping"],
  ...["aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_ownership_controls", "aws_s3_bucket_policy"],
  ...["aws_s3_bucket_public_access_block", "aws_s3_bucket_server_side_encryption_configuration"],
  "aws_s3_bucket_versioning",
];

/** Every name that `config/naming.ts` makes for an environment. */
function knownNames(environment: Environment): ReadonlySet<string> {
  const { parameter, stateKey: _, ...names } = namesFor(configOf(environment));
  const stages = [names.structure, names.load];
  return new Set([
    ...Object.values(names),
    ...stages.flatMap((stage) => [deadLetterQueue(stage), logGroup(stage)]),
    ...["state", "data", "pipeline"].map(parameter),
  ]);
}

/** Every physical name is one of `config/naming.ts`: a literal of this environment, checked by AWS's rules. */
function violations(json: StackJson, environment: Environment): string[] {
  const known = knownNames(environment);
  return Object.keys(json.resource ?? {}).flatMap((type) => {
    const attribute = NAMED[type];
    if (attribute === undefined) return NAMELESS.includes(type) ? [] : [`${type}: what names it?`];
    return resources(json, type)
      .filter(([, block]) => !known.has(String(block[attribute])))
      .map(([address, block]) => `${address} is called ${block[attribute]}`);
  });
}

holdsEverywhere(violations);

test("catches a name made elsewhere, and one of another environment", () => {
  const named = (name: string) =>
    spoilt("pipeline", (stack) => {
      firstOf(stack, "aws_sqs_queue").name = name;
    });
  expect(violations(named("orders"), "dev")).toEqual([
    expect.stringMatching(/^aws_sqs_queue\.\w+ is called orders$/),
  ]);
  expect(violations(named("atlas-prod-load"), "dev")).toHaveLength(1);
});

test("catches a name that AWS would make", () => {
  const json = spoilt("data", (stack) => delete firstOf(stack, "aws_dynamodb_table").name);
  expect(violations(json, "dev")).toEqual([expect.stringMatching(/is called undefined$/)]);
});

test("catches a type of resource that nobody has looked at", () => {
  const json = spoilt("data", (stack) => {
    Object.assign(stack.resource ?? {}, { aws_sns_topic: { Alarms: { name: "alarms" } } });
  });
  expect(violations(json, "dev")).toEqual(["aws_sns_topic: what names it?"]);
});
