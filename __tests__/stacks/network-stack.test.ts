import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { type App, Testing } from "cdktf";
import { BaseStack } from "../../stacks/base-stack";
import { readContract } from "../../stacks/contract";
import { NETWORK_CONTRACT, NetworkStack } from "../../stacks/network-stack";
import { StateStack } from "../../stacks/state-stack";
import { statementsOf } from "../support/granted";
import { configOf, type Environment, platform, type Variant } from "../support/platform";
import { firstOf, resources } from "../support/policies";
import type { StackJson } from "../support/synth";
import { contractLists } from "../support/topology";

const networkOf = (environment: Environment | Variant): StackJson =>
  platform(environment).network ?? { terraform: {} };
const count = (environment: Environment | Variant, type: string) =>
  resources(networkOf(environment), type).length;

test("publishes the VPC and the subnets of each tier, in the order of the zones", () => {
  const subnets = (tier: string) =>
    ["A", "B"].map((zone) =>
      expect.stringMatching(`^aws_subnet\\.Network_${tier}_${zone}_Subnet_\\w+\\.id$`),
    );
  expect(contractLists(networkOf("dev"))).toEqual({
    vpcId: [expect.stringMatching(/^aws_vpc\.Network_\w+\.id$/)],
    publicSubnetIds: subnets("Public"),
    privateSubnetIds: subnets("Private"),
    isolatedSubnetIds: subnets("Isolated"),
  });
});

test("publishes an empty list for a tier that the environment leaves out", () => {
  const lists = contractLists(networkOf("dev, no isolated tier"));
  expect(lists.isolatedSubnetIds).toEqual([]);
  expect(lists.privateSubnetIds).toHaveLength(2);
});

/** A stack of an environment that puts something into its network. */
class ReaderStack extends BaseStack {
  constructor(app: App) {
    super(app, "reader", { config: configOf("dev") });
    const { vpcId, isolatedSubnetIds } = readContract(this, "Network", NETWORK_CONTRACT);
    new SecurityGroup(this, "Group", { vpcId });
    new DbSubnetGroup(this, "Subnets", { subnetIds: isolatedSubnetIds });
  }
}

test("lets another stack read real ids, which its plan shows", () => {
  const app = Testing.app();
  new StateStack(app, { config: configOf("dev") });
  new NetworkStack(app, { config: configOf("dev") });
  const json = JSON.parse(Testing.synth(new ReaderStack(app), true));
  expect(json.data).toEqual({ aws_ssm_parameter: { Network: { name: "/atlas/dev/network" } } });
  const contract = "jsondecode(data.aws_ssm_parameter.Network.insecure_value)";
  expect(json.resource.aws_security_group.Group.vpc_id).toBe(`\${${contract}.vpcId}`);
  expect(json.resource.aws_db_subnet_group.Subnets.subnet_ids).toBe(`\${${contract}.isolatedSubnetIds}`);
});

test("takes zones, gateways, ACLs and endpoints from the environment", () => {
  const sizes = (environment: Environment) => ({
    cidrBlock: firstOf(networkOf(environment), "aws_vpc").cidr_block,
    subnets: count(environment, "aws_subnet"),
    gateways: count(environment, "aws_nat_gateway"),
    acls: count(environment, "aws_network_acl"),
    endpoints: count(environment, "aws_vpc_endpoint"),
  });
  expect(sizes("dev")).toEqual({ cidrBlock: "10.20.0.0/16", subnets: 6, gateways: 1, acls: 0, endpoints: 2 });
  expect(sizes("prod")).toEqual({
    cidrBlock: "10.30.0.0/16",
    subnets: 9,
    gateways: 3,
    acls: 3,
    endpoints: 5,
  });
});

test("keeps its flow log under the environment's key, which lets in that log group by name", () => {
  const { flowLogRetentionDays } = configOf("dev").network;
  const group = firstOf(networkOf("dev"), "aws_cloudwatch_log_group");
  expect(group).toMatchObject({
    name: "/aws/vpc/atlas-dev",
    retention_in_days: flowLogRetentionDays,
    kms_key_id: `\${jsondecode(data.aws_ssm_parameter.State.insecure_value).keyArn}`,
  });
  const admitted = statementsOf(
    firstOf(platform("dev").state ?? { terraform: {} }, "aws_kms_key").policy,
  ).flatMap(({ Condition }) => Condition?.ArnEquals?.["kms:EncryptionContext:aws:logs:arn"]);
  expect(admitted).toContain("arn:aws:logs:eu-central-1:111111111111:log-group:/aws/vpc/atlas-dev");
});
