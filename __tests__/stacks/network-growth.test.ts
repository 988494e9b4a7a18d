import { type PlatformJson, platform, type Variant } from "../support/platform";
import { differences, resources } from "../support/policies";
import type { Block, StackJson } from "../support/synth";
import { contractLists } from "../support/topology";

const networkOf = (stacks: PlatformJson): StackJson => stacks.network ?? { terraform: {} };

/** Address → block, of all that Terraform keeps a state of. */
function everything(json: StackJson): Record<string, Block> {
  return Object.fromEntries(Object.keys(json.resource ?? {}).flatMap((type) => resources(json, type)));
}

/** The contract's value grows by what was added; every reader is planned again. */
const CONTRACT = "aws_ssm_parameter.Contract";

/** Whatever a plan would change, replace or destroy of what there is. */
function disturbed(before: StackJson, after: StackJson): string[] {
  const now = everything(after);
  return Object.entries(everything(before)).flatMap(([address, block]) =>
    now[address] === undefined
      ? [`${address} is gone`]
      : differences(block, now[address])
          .filter((path) => `${address}${path}` !== `${CONTRACT}.insecure_value`)
          .map((path) => `${address}${path}`),
  );
}

const added = (before: StackJson, after: StackJson) =>
  Object.keys(everything(after)).filter((address) => everything(before)[address] === undefined);

const typesOf = (addresses: readonly string[]) => addresses.map((address) => address.split(".")[0]).sort();

test("from two zones to three dev changes nothing that there is, and nothing outside the network", () => {
  const [two, three] = [platform("dev"), platform("dev, three zones")];
  expect(disturbed(networkOf(two), networkOf(three))).toEqual([]);
  expect(differences({ ...two, network: {} }, { ...three, network: {} })).toEqual([]);
});

test("from two zones to three dev gets one subnet for each tier, and its routes", () => {
  const [two, three] = [networkOf(platform("dev")), networkOf(platform("dev, three zones"))];
  expect(typesOf(added(two, three))).toEqual([
    "aws_route",
    "aws_route_table",
    ...["aws_route_table_association", "aws_route_table_association", "aws_route_table_association"],
    ...["aws_subnet", "aws_subnet", "aws_subnet"],
    ...["aws_vpc_endpoint_route_table_association", "aws_vpc_endpoint_route_table_association"],
  ]);
});

test("a contract's list grows at its end, so that what a reader has by number stays", () => {
  const [two, three] = [platform("dev"), platform("dev, three zones")].map(networkOf).map(contractLists);
  for (const [field, ids] of Object.entries(two ?? {})) {
    expect(three?.[field]?.slice(0, ids.length)).toEqual(ids);
    expect(three?.[field]).toHaveLength(field === "vpcId" ? 1 : 3);
  }
});

test.each<[Variant]>([["dev, no isolated tier"]])(
  "from %s to all three nothing that there is changes",
  (fewer) => {
    const [before, after] = [networkOf(platform(fewer)), networkOf(platform("dev"))];
    expect(disturbed(before, after)).toEqual([]);
    expect(typesOf(added(before, after))).toContain("aws_subnet");
  },
);

test("sees a block that moves, and a resource that goes", () => {
  const two = networkOf(platform("dev"));
  const [subnet = ""] = Object.keys(two.resource?.aws_subnet ?? {});
  const moved = JSON.parse(JSON.stringify(two).replace("10.20.0.0/19", "10.20.32.0/19"));
  expect(disturbed(two, moved)).toEqual([
    expect.stringMatching(/^aws_subnet\.Network_Private_A_Subnet_\w+\.cidr_block$/),
  ]);
  const { [subnet]: _, ...others } = two.resource?.aws_subnet ?? {};
  expect(disturbed(two, { ...two, resource: { ...two.resource, aws_subnet: others } })).toEqual([
    `aws_subnet.${subnet} is gone`,
  ]);
});
