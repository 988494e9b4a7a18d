import { nameOf, type Resource } from "./resources";

const TIERS = ["public", "private", "isolated"];

/** What a network is like, in a few short lines; nothing for a module without a VPC. */
export function networkFacts(resources: readonly Resource[]): string[] {
  const vpc = resources.find(({ type }) => type === "aws_vpc");
  if (vpc === undefined) return [];
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  const subnets = of("aws_subnet");
  const zones = new Set(subnets.map(({ block }) => block.availability_zone ?? block.availability_zone_id));
  const tiers = TIERS.filter((tier) => subnets.some((subnet) => tierOf(subnet) === tier));
  const gateways = of("aws_nat_gateway").length;
  const endpoints = of("aws_vpc_endpoint");
  const cidr = typeof vpc.block.cidr_block === "string" ? vpc.block.cidr_block : "";
  return [
    [cidr, counted(zones.size, "zone")],
    tiers,
    [gateways === 0 ? "no NAT" : counted(gateways, "NAT gateway"), counted(endpoints.length, "endpoint")],
    [of("aws_flow_log").length === 0 ? "" : "flow logs"],
  ]
    .map((line) => line.filter((fact) => fact !== "").join(" · "))
    .filter((line) => line !== "");
}

/** The tier that a subnet's path in the code, its tags or its name speak of. */
function tierOf(subnet: Resource): string | undefined {
  const words = `${subnet.path} ${JSON.stringify(subnet.block.tags ?? {})} ${nameOf(subnet)}`.toLowerCase();
  return TIERS.find((tier) => words.includes(tier));
}

/** Empty for none. */
function counted(count: number, noun: string): string {
  return count === 0 ? "" : `${count} ${noun}${count === 1 ? "" : "s"}`;
}
