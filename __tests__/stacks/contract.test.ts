import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { type App, type TerraformStack, Testing } from "cdktf";
import { BaseStack } from "../../stacks/base-stack";
import { type Contract, publishContract, readContract } from "../../stacks/contract";
import { configOf } from "../support/platform";

const NETWORK = { stack: "network", fields: ["vpcId", "subnetId"] } as const satisfies Contract<string>;

class PlainStack extends BaseStack {
  constructor(app: App, name: string) {
    super(app, name, { config: configOf("dev") });
  }
}

const jsonOf = (stack: TerraformStack) => JSON.parse(Testing.synth(stack, true));

test("is written as JSON into one parameter that plans show", () => {
  const stack = new PlainStack(Testing.app(), "network");
  publishContract(stack, NETWORK, { vpcId: "vpc-1", subnetId: "subnet-1" });
  expect(jsonOf(stack).resource.aws_ssm_parameter.Contract).toEqual({
    name: "/atlas/dev/network",
    description: "What the stack network hands to others",
    type: "String",
    insecure_value: `\${jsonencode({"vpcId" = "vpc-1", "subnetId" = "subnet-1"})}`,
  });
});

test("is read field by field where plans show it", () => {
  const stack = new PlainStack(Testing.app(), "other");
  const { vpcId } = readContract(stack, "Network", NETWORK);
  new S3Bucket(stack, "Bucket", { bucket: vpcId });
  const json = jsonOf(stack);
  expect(json.data.aws_ssm_parameter).toEqual({ Network: { name: "/atlas/dev/network" } });
  expect(json.resource.aws_s3_bucket.Bucket.bucket).toBe(
    `\${jsondecode(data.aws_ssm_parameter.Network.insecure_value).vpcId}`,
  );
});

test("rejects at compile time a field that the contract does not have, and one that is left out", () => {
  const stack = new PlainStack(Testing.app(), "network");
  // @ts-expect-error subnetId is missing
  publishContract(stack, NETWORK, { vpcId: "vpc-1" });
  // @ts-expect-error there is no zoneId
  expect(readContract(stack, "Network", NETWORK).zoneId).toBeUndefined();
});
