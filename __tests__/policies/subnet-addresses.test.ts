import { BlockList } from "node:net";
import { ENVIRONMENTS, platform } from "../support/platform";
import { holdsEverywhere, refersTo, resources, spoilt } from "../support/policies";
import type { StackJson } from "../support/synth";

/** Every subnet is inside its VPC's block, and no two share an address. Asks Node's own arithmetic, not the module's. */
function violations(json: StackJson): string[] {
  const vpcs = resources(json, "aws_vpc");
  const subnets = resources(json, "aws_subnet").map(([address, { vpc_id, cidr_block }]) => ({
    address,
    vpc: vpcs.find(([vpc]) => refersTo(vpc_id, vpc)),
    cidr: String(cidr_block),
  }));
  return subnets.flatMap(({ address, vpc, cidr }, index) => [
    ...(vpc === undefined ? [`${address} is in no VPC of the stack`] : []),
    ...(vpc !== undefined && !within(cidr, String(vpc[1].cidr_block))
      ? [`${address} (${cidr}) is not inside ${vpc[1].cidr_block}`]
      : []),
    ...subnets
      .slice(index + 1)
      .filter((other) => vpc !== undefined && other.vpc?.[0] === vpc[0] && overlap(cidr, other.cidr))
      .map((other) => `${address} (${cidr}) overlaps ${other.address} (${other.cidr})`),
  ]);
}

const within = (one: string, other: string) => holds(other, one) && lengthOf(one) >= lengthOf(other);
const overlap = (one: string, other: string) => holds(one, other) || holds(other, one);
const firstOfBlock = (cidr: string) => cidr.replace(/\/.*/, "");
const lengthOf = (cidr: string) => Number(cidr.replace(/.*\//, ""));

/** Whether the block holds the first address of the other. */
function holds(cidr: string, other: string): boolean {
  const list = new BlockList();
  list.addSubnet(firstOfBlock(cidr), lengthOf(cidr), "ipv4");
  return list.check(firstOfBlock(other), "ipv4");
}

holdsEverywhere(violations);

test.each(ENVIRONMENTS)("is about the subnets of three tiers in two zones or more, in %s", (environment) => {
  const json = platform(environment).network ?? { terraform: {} };
  expect(resources(json, "aws_subnet").length).toBeGreaterThanOrEqual(6);
});

/** Dev's network, whose first subnet has another block. */
const moved = (cidr: string, attribute = "cidr_block") =>
  spoilt("network", (stack) => {
    const [[, subnet] = ["", {}]] = resources(stack, "aws_subnet").sort(([a], [b]) => (a < b ? -1 : 1));
    Object.assign(subnet, { [attribute]: cidr });
  });

test.each([
  ["10.21.0.0/22", "is not inside 10.20.0.0/16"],
  ["10.20.0.0/15", "is not inside 10.20.0.0/16"],
  ["10.20.0.0/24", "overlaps aws_subnet.Network_Private_A_"],
  ["10.20.192.0/22", "overlaps aws_subnet.Network_Public_A_"],
])("catches a subnet of %s", (cidr, message) => {
  const found = violations(moved(cidr));
  expect(found).toContainEqual(expect.stringContaining(`aws_subnet.Network_Isolated_A_`));
  expect(found.join("\n")).toContain(`(${cidr}) ${message}`);
});

test("catches a subnet of a VPC that is not there", () => {
  expect(violations(moved("vpc-1", "vpc_id"))).toEqual([
    expect.stringMatching(/^aws_subnet\.Network_Isolated_A_\w+ is in no VPC of the stack$/),
  ]);
});
