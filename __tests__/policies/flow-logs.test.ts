import { ENVIRONMENTS, platform } from "../support/platform";
import { firstOf, holdsEverywhere, refersTo, resources, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

/** Who spoke to whom in a VPC, and what was refused, is on record: in a log group or a bucket. */
function violations(json: StackJson): string[] {
  return resources(json, "aws_vpc").flatMap(([vpc]) => {
    const logs = resources(json, "aws_flow_log").filter(([, { vpc_id }]) => refersTo(vpc_id, vpc));
    if (logs.length === 0) return [`${vpc} has no flow log`];
    return logs.some(([, log]) => isWhole(json, log)) ? [] : [`${vpc} is recorded in part, or nowhere`];
  });
}

function isWhole(json: StackJson, log: Block): boolean {
  const { traffic_type, log_destination_type: type, log_destination: destination, iam_role_arn } = log;
  const isOf = (kind: string) => resources(json, kind).some(([address]) => refersTo(destination, address));
  const arrives =
    type === "s3"
      ? isOf("aws_s3_bucket") || /^arn:aws:s3:::/.test(String(destination))
      : type === "cloud-watch-logs" && isOf("aws_cloudwatch_log_group") && iam_role_arn !== undefined;
  return traffic_type === "ALL" && arrives;
}

holdsEverywhere(violations);

test.each(ENVIRONMENTS)("is about the one VPC of %s", (environment) => {
  expect(Object.values(platform(environment)).flatMap((json) => resources(json, "aws_vpc"))).toHaveLength(1);
});

test("catches a VPC without a flow log, or with that of another", () => {
  const none = spoilt("network", (stack) => delete stack.resource?.aws_flow_log);
  expect(violations(none)).toEqual([expect.stringMatching(/^aws_vpc\.\w+ has no flow log$/)]);
  const another = spoilt("network", (stack) => {
    firstOf(stack, "aws_flow_log").vpc_id = "vpc-1";
  });
  expect(violations(another)).toEqual([expect.stringMatching(/^aws_vpc\.\w+ has no flow log$/)]);
});

test.each<[string, unknown]>([
  ["traffic_type", "REJECT"],
  ["traffic_type", undefined],
  ["log_destination", undefined],
  ["log_destination_type", "s3"],
  ["iam_role_arn", undefined],
])("catches a flow log whose %s is %s", (attribute, value) => {
  const json = spoilt("network", (stack) => {
    firstOf(stack, "aws_flow_log")[attribute] = value;
  });
  expect(violations(json)).toEqual([expect.stringMatching(/^aws_vpc\.\w+ is recorded in part, or nowhere$/)]);
});
