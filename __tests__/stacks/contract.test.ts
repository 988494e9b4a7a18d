import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { type App, type TerraformStack, Testing } from "cdktf";
import { BaseStack } from "../../stacks/base-stack";
import { type Contract, publishContract, readContract } from "../../stacks/contract";
import { configOf } from "../support/platform";

const NETWORK = { stack: "network", fields: { vpcId: "id", subnetIds: "ids" } } as const satisfies Contract;

class PlainStack extends BaseStack {
  constructor(app: App, name: string) {
    super(app, name, { config: configOf("dev") });
  }
}

const jsonOf = (stack: TerraformStack) => JSON.parse(Testing.synth(stack, true));

/** A stack that publishes `published`, and one that reads `NETWORK`. */
function pair(published: Contract) {
  const app = Testing.app();
  const network = new PlainStack(app, "network");
  const values = Object.entries(published.fields).map(([name, kind]) => [name, kind === "ids" ? ["a"] : "a"]);
  publishContract(network, published, Object.fromEntries(values));
  const other = new PlainStack(app, "other");
  const { vpcId, subnetIds } = readContract(other, "Network", NETWORK);
  new S3Bucket(other, "Bucket", { bucket: vpcId });
  new DbSubnetGroup(other, "Subnets", { subnetIds });
  return { network, other };
}

test("is written as JSON into one parameter that plans show", () => {
  const stack = new PlainStack(Testing.app(), "network");
  publishContract(stack, NETWORK, { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] });
  expect(jsonOf(stack).resource.aws_ssm_parameter.Contract).toEqual({
    name: "/atlas/dev/network",
    description: "What the stack network hands to others",
    type: "String",
    insecure_value: `\${jsonencode({"vpcId" = "vpc-1", "subnetIds" = ["subnet-1", "subnet-2"]})}`,
  });
});

test("is read field by field where plans show it, a list as a list", () => {
  const { other } = pair(NETWORK);
  const json = jsonOf(other);
  expect(json.data.aws_ssm_parameter).toEqual({ Network: { name: "/atlas/dev/network" } });
  expect(json.resource.aws_s3_bucket.Bucket.bucket).toBe(
    `\${jsondecode(data.aws_ssm_parameter.Network.insecure_value).vpcId}`,
  );
  expect(json.resource.aws_db_subnet_group.Subnets.subnet_ids).toBe(
    `\${jsondecode(data.aws_ssm_parameter.Network.insecure_value).subnetIds}`,
  );
});

test("rejects a field that is read and no longer published, and names the reader", () => {
  const { other } = pair({ stack: "network", fields: { vpcId: "id" } });
  expect(() => jsonOf(other)).toThrow(
    "contract network: field subnetIds (ids) is read by the stack other, got none: publish it again, or change other first",
  );
});

test("rejects a field that has become a list", () => {
  const { other } = pair({ stack: "network", fields: { vpcId: "ids", subnetIds: "ids" } });
  expect(() => jsonOf(other)).toThrow("field vpcId (id) is read by the stack other, got ids");
});

test("rejects a contract that no stack publishes", () => {
  const stack = new PlainStack(Testing.app(), "other");
  readContract(stack, "Network", NETWORK);
  expect(() => jsonOf(stack)).toThrow(
    "contract network is read by the stack other, and no stack publishes it",
  );
});

test("rejects at compile time a field that the contract does not have, and one that is left out", () => {
  const stack = new PlainStack(Testing.app(), "network");
  // @ts-expect-error subnetIds is missing
  publishContract(stack, NETWORK, { vpcId: "vpc-1" });
  // @ts-expect-error there is no zoneId
  expect(readContract(stack, "Network", NETWORK).zoneId).toBeUndefined();
});
