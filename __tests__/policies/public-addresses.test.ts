import {
  addResources,
  firstOf,
  holdsEverywhere,
  inner,
  listOf,
  refersTo,
  resources,
  spoilt,
} from "../support/policies";
import type { Block, StackJson } from "../support/synth";
import { areAllPublic, isWide, subnetsOf, tierOf } from "../support/topology";

/** Attributes that give a public address, wherever they stand. */
const FLAGS = ["associate_public_ip_address", "assign_public_ip", "publicly_accessible"];

/** Only what is in the public tier has a public address, or a way from the internet; the isolated tier has no way out. */
function violations(json: StackJson): string[] {
  return [...subnets(json), ...routes(json), ...addresses(json), ...flags(json)];
}

/** Each is of one tier, has one route table that it names, and gives addresses in the public tier only. */
function subnets(json: StackJson): string[] {
  const tables = resources(json, "aws_route_table_association");
  return [
    ...resources(json, "aws_subnet").flatMap(([address, subnet]) => [
      ...(tierOf(subnet) === undefined ? [`${address} is of no tier`] : []),
      ...(tables.filter(([, { subnet_id }]) => refersTo(subnet_id, address)).length === 1
        ? []
        : [`${address} names no route table of its own`]),
      ...(subnet.map_public_ip_on_launch === true && tierOf(subnet) !== "public"
        ? [`${address} gives public addresses`]
        : []),
    ]),
    // The main table is that of every subnet that names none.
    ...["aws_default_route_table", "aws_main_route_table_association"].flatMap((type) =>
      resources(json, type).map(([address]) => `${address} changes the main route table`),
    ),
  ];
}

function routes(json: StackJson): string[] {
  const inline = resources(json, "aws_route_table").flatMap(([table, { route }]) =>
    listOf<Block>(route as Block | readonly Block[] | undefined).map((block): [string, string, Block] => [
      table,
      table,
      block,
    ]),
  );
  const single = resources(json, "aws_route").map(([address, block]): [string, string, Block] => {
    const [table] =
      resources(json, "aws_route_table").find(([id]) => refersTo(block.route_table_id, id)) ?? [];
    return [address, table ?? "", block];
  });
  return [...inline, ...single].flatMap(([address, table, route]) => {
    const tiers = subnetsOf(json, table).map(tierOf);
    const isPublic = tiers.length > 0 && tiers.every((tier) => tier === "public");
    const wide = [route.destination_cidr_block, route.destination_ipv6_cidr_block, route.cidr_block];
    return [
      ...(route.gateway_id !== undefined && !isPublic && leadsOut(route.gateway_id)
        ? [`${address} leads to the internet, and not from the public tier alone`]
        : []),
      ...(tiers.includes("isolated") && [...wide, route.ipv6_cidr_block].some(isWide)
        ? [`${address} leads out of the isolated tier`]
        : []),
    ];
  });
}

/** Any gateway but a VPN's: one of another stack, or by its id, may be one to the internet. */
const leadsOut = (gateway: unknown) => !/^\$\{aws_vpn_gateway\./.test(String(gateway));

/** An address that is kept is one of a NAT gateway, which is in the public tier, as a public load balancer is. */
function addresses(json: StackJson): string[] {
  const nats = resources(json, "aws_nat_gateway");
  return [
    ...nats
      .filter(([, { connectivity_type }]) => connectivity_type !== "private")
      .filter(([, { subnet_id }]) => !areAllPublic(json, subnet_id))
      .map(([address]) => `${address} is outside the public tier`),
    ...resources(json, "aws_eip")
      .filter(
        ([address, block]) =>
          block.instance !== undefined ||
          block.network_interface !== undefined ||
          nats.filter(([, { allocation_id }]) => refersTo(allocation_id, address)).length !== 1,
      )
      .map(([address]) => `${address} is not the address of a NAT gateway`),
    ...resources(json, "aws_eip_association").map(([address]) => `${address} hands on a public address`),
    ...resources(json, "aws_lb")
      .filter(([, { internal }]) => internal !== true)
      .filter(([, block]) => !areAllPublic(json, block.subnets ?? inner(block, "subnet_mapping")?.subnet_id))
      .map(([address]) => `${address} is outside the public tier`),
  ];
}

function flags(json: StackJson): string[] {
  return Object.keys(json.resource ?? {}).flatMap((type) =>
    resources(json, type).flatMap(([address, block]) =>
      flagged(block)
        .filter((place) => !areAllPublic(json, place.subnet_id ?? place.subnets))
        .map(() => `${address} has a public address outside the public tier`),
    ),
  );
}

/** Every block, at whatever depth, that asks for a public address. */
function flagged(value: unknown): Block[] {
  if (typeof value !== "object" || value === null) return [];
  const here = value as Block;
  return [
    ...(FLAGS.some((name) => here[name] === true || here[name] === "true") ? [here] : []),
    ...Object.values(here).flatMap(flagged),
  ];
}

holdsEverywhere(violations);

const idOf = (json: StackJson, type: string, part: string) =>
  `\${${resources(json, type).find(([address]) => address.includes(part))?.[0]}.id}`;
const subnet = (json: StackJson, tier: string) => idOf(json, "aws_subnet", `_${tier}_`);
const table = (json: StackJson, tier: string) => idOf(json, "aws_route_table", `_${tier}_`);
const internet = (json: StackJson) => idOf(json, "aws_internet_gateway", "");

/** Dev's network, changed: the places of the first subnet of a tier are those of the tier. */
const caught = (spoil: Parameters<typeof spoilt>[1]) => violations(spoilt("network", spoil));

test.each(["Private", "Isolated"])("catches a subnet of tier %s that gives public addresses", (tier) => {
  const found = caught((json) => {
    const [, block] = resources(json, "aws_subnet").find(([address]) => address.includes(tier)) ?? [];
    Object.assign(block ?? {}, { map_public_ip_on_launch: true });
  });
  expect(found).toEqual([
    expect.stringMatching(`^aws_subnet\\.Network_${tier}_A_\\w+ gives public addresses$`),
  ]);
});

test("catches a subnet of no tier, and one that falls back on the main route table", () => {
  const untagged = caught((json) => {
    firstOf(json, "aws_subnet").tags = { Name: "atlas-dev-web" };
  });
  expect(untagged[0]).toMatch(/^aws_subnet\.\w+ is of no tier$/);
  const [first] = caught((json) => {
    firstOf(json, "aws_route_table_association").subnet_id = "subnet-1";
  });
  expect(first).toMatch(/^aws_subnet\.\w+ names no route table of its own$/);
});

test.each(["Private", "Isolated"])("catches a route from tier %s to the internet", (tier) => {
  const route = { destination_cidr_block: "203.0.113.0/24" };
  const message = "leads to the internet, and not from the public tier alone";
  const single = caught((json) =>
    addResources(json, {
      aws_route: { Out: { ...route, route_table_id: table(json, tier), gateway_id: internet(json) } },
    }),
  );
  expect(single).toEqual([`aws_route.Out ${message}`]);
  const byId = caught((json) =>
    addResources(json, {
      aws_route: { Out: { ...route, route_table_id: table(json, tier), gateway_id: "igw-1" } },
    }),
  );
  expect(byId).toEqual([`aws_route.Out ${message}`]);
  const inline = caught((json) => {
    const [, block] = resources(json, "aws_route_table").find(([address]) => address.includes(tier)) ?? [];
    Object.assign(block ?? {}, { route: [{ cidr_block: "203.0.113.0/24", gateway_id: internet(json) }] });
  });
  expect(inline).toEqual([expect.stringContaining(message)]);
});

test("catches a private subnet that uses the public tier's table", () => {
  const found = caught((json) => {
    const [, association] =
      resources(json, "aws_route_table_association").find(([address]) => address.includes("_Private_A_")) ??
      [];
    Object.assign(association ?? {}, { route_table_id: table(json, "Public") });
  });
  expect(found).toEqual([
    expect.stringMatching(
      /^aws_route\.Network_Public_\w+ leads to the internet, and not from the public tier alone$/,
    ),
  ]);
});

test.each(["0.0.0.0/0", "128.0.0.0/1"])("catches a way out of the isolated tier to %s", (destination) => {
  const found = caught((json) =>
    addResources(json, {
      aws_route: {
        Out: {
          destination_cidr_block: destination,
          route_table_id: table(json, "Isolated"),
          nat_gateway_id: idOf(json, "aws_nat_gateway", ""),
        },
      },
    }),
  );
  expect(found).toEqual(["aws_route.Out leads out of the isolated tier"]);
});

test("catches a NAT gateway outside the public tier", () => {
  const found = caught((json) => {
    firstOf(json, "aws_nat_gateway").subnet_id = subnet(json, "Private");
  });
  expect(found).toEqual([expect.stringMatching(/^aws_nat_gateway\.\w+ is outside the public tier$/)]);
});

test("catches an address that is kept for something else", () => {
  expect(caught((json) => addResources(json, { aws_eip: { Spare: { domain: "vpc" } } }))).toEqual([
    "aws_eip.Spare is not the address of a NAT gateway",
  ]);
  const instance = caught((json) => {
    firstOf(json, "aws_eip").instance = "i-1";
  });
  expect(instance).toEqual([expect.stringMatching(/^aws_eip\.\w+ is not the address of a NAT gateway$/)]);
  expect(caught((json) => addResources(json, { aws_eip_association: { Spare: {} } }))).toEqual([
    "aws_eip_association.Spare hands on a public address",
  ]);
});

test.each<[string, string, (json: StackJson, tier: string) => object]>([
  [
    "an instance",
    "aws_instance",
    (json, tier) => ({ associate_public_ip_address: true, subnet_id: subnet(json, tier) }),
  ],
  [
    "a launch template",
    "aws_launch_template",
    (json, tier) => ({
      network_interfaces: [{ associate_public_ip_address: "true", subnet_id: subnet(json, tier) }],
    }),
  ],
  [
    "a service",
    "aws_ecs_service",
    (json, tier) => ({ network_configuration: { assign_public_ip: true, subnets: [subnet(json, tier)] } }),
  ],
])("catches %s with a public address outside the public tier, and admits it inside", (_, type, block) => {
  const at = (tier: string) => caught((json) => addResources(json, { [type]: { Probe: block(json, tier) } }));
  expect(at("Public")).toEqual([]);
  expect(at("Private")).toEqual([`${type}.Probe has a public address outside the public tier`]);
});

test("catches a public load balancer outside the public tier, also by the contract", () => {
  const by = (field: string) => `\${jsondecode(data.aws_ssm_parameter.Network.insecure_value).${field}}`;
  const at = (subnets: unknown) =>
    caught((json) => addResources(json, { aws_lb: { Web: { internal: false, subnets } } }));
  expect(at(by("publicSubnetIds"))).toEqual([]);
  expect(at(by("privateSubnetIds"))).toEqual(["aws_lb.Web is outside the public tier"]);
  expect(at([`\${concat(${by("publicSubnetIds")}, ${by("privateSubnetIds")})}`])).toHaveLength(1);
});

test("catches a database that says that it is public", () => {
  expect(
    caught((json) => addResources(json, { aws_db_instance: { Rows: { publicly_accessible: true } } })),
  ).toEqual(["aws_db_instance.Rows has a public address outside the public tier"]);
});
