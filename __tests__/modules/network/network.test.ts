import { DefaultTokenResolver, StringConcat, Tokenization } from "cdktf";
import { Network } from "../../../modules";
import { messageOf } from "../../support/message-of";
import { aNetwork, mistakesOf, networkOf } from "../../support/network";
import { type Synthesised, synth } from "../../support/synth";

const nameOf = (block: { readonly tags?: unknown }) => (block.tags as { Name?: string } | undefined)?.Name;

/** Target of each default route, by the address of its route table. */
function routesOf(tf: Synthesised, destination = "destination_cidr_block") {
  return tf.all("aws_route").flatMap((route) => {
    if (route[destination] === undefined) return [];
    const table =
      /RouteTable|Public|Private|Isolated/.exec(String(route.route_table_id)) && route.route_table_id;
    const [, tier = "", letter = ""] =
      /Network_(Public|Private|Isolated)_?([A-F])?_/.exec(String(table)) ?? [];
    const target = route.gateway_id ?? route.nat_gateway_id ?? route.egress_only_gateway_id;
    return [[`${tier}${letter}`, String(target).replace(/^\$\{|_\w{8}\.id\}$/g, "")]];
  });
}

test("has a subnet of each tier in each zone, none of which gives out public addresses", () => {
  const subnets = networkOf().all("aws_subnet", { map_public_ip_on_launch: false });
  expect(subnets.map((block) => [nameOf(block), block.availability_zone, block.cidr_block])).toEqual([
    ["shop-isolated-a", "eu-central-1a", "10.20.224.0/22"],
    ["shop-isolated-b", "eu-central-1b", "10.20.228.0/22"],
    ["shop-private-a", "eu-central-1a", "10.20.0.0/19"],
    ["shop-private-b", "eu-central-1b", "10.20.32.0/19"],
    ["shop-public-a", "eu-central-1a", "10.20.192.0/22"],
    ["shop-public-b", "eu-central-1b", "10.20.196.0/22"],
  ]);
});

test("resolves names inside the VPC, as endpoints need", () => {
  networkOf().one("aws_vpc", { enable_dns_hostnames: true, enable_dns_support: true });
});

test("empties the default security group", () => {
  networkOf().one("aws_default_security_group", { ingress: [], egress: [] });
});

test("names everything that takes tags", () => {
  const { resource = {} } = networkOf({
    nat: "perZone",
    ipv6: true,
    networkAcls: true,
    gatewayEndpoints: ["s3"],
    interfaceEndpoints: ["logs"],
    blockPublicAccessExclusion: "allow-egress",
    flowLogs: { destination: "s3", bucketArn: "arn:aws:s3:::logs" },
  }).json;
  const nameless = Object.entries(resource).flatMap(([type, blocks]) =>
    Object.entries(blocks)
      .filter(([, block]) => !nameOf(block)?.startsWith("shop"))
      .map(() => type),
  );
  expect([...new Set(nameless)]).toEqual([
    "aws_network_acl_association",
    "aws_route",
    "aws_route_table_association",
    "aws_vpc_endpoint_route_table_association",
    "aws_vpc_endpoint_subnet_association",
  ]);
});

describe("the way out", () => {
  test("is an internet gateway for the public tier, and none for the others", () => {
    expect(routesOf(networkOf())).toEqual([["Public", "aws_internet_gateway.Network_Gateways_Internet"]]);
  });

  test("needs no internet gateway without a public tier", () => {
    const tf = networkOf({ tiers: { private: {}, isolated: {} } });
    expect([...tf.all("aws_internet_gateway"), ...tf.all("aws_route")]).toEqual([]);
  });

  test("leads all private zones through one NAT gateway, in the first zone", () => {
    const tf = networkOf({ nat: "single" });
    expect(routesOf(tf)).toEqual([
      ["PrivateA", "aws_nat_gateway.Network_Gateways_NatA"],
      ["PrivateB", "aws_nat_gateway.Network_Gateways_NatA"],
      ["Public", "aws_internet_gateway.Network_Gateways_Internet"],
    ]);
    const { subnet_id, depends_on } = tf.one("aws_nat_gateway");
    expect(subnet_id).toMatch(/Network_Public_A_Subnet/);
    expect(depends_on).toEqual([expect.stringMatching(/^aws_internet_gateway\./)]);
  });

  test("leads each private zone through its own NAT gateway", () => {
    expect(routesOf(networkOf({ nat: "perZone" }))).toEqual([
      ["PrivateA", "aws_nat_gateway.Network_Gateways_NatA"],
      ["PrivateB", "aws_nat_gateway.Network_Gateways_NatB"],
      ["Public", "aws_internet_gateway.Network_Gateways_Internet"],
    ]);
  });

  test("is one-way over IPv6 for private zones, both ways for public ones, none for isolated ones", () => {
    expect(routesOf(networkOf({ ipv6: true }), "destination_ipv6_cidr_block")).toEqual([
      ["PrivateA", "aws_egress_only_internet_gateway.Network_Gateways_EgressOnly"],
      ["PrivateB", "aws_egress_only_internet_gateway.Network_Gateways_EgressOnly"],
      ["Public", "aws_internet_gateway.Network_Gateways_Internet"],
    ]);
  });

  test("keeps the first NAT gateway when each zone gets one", () => {
    const [single, all] = (["single", "perZone"] as const).map(
      (nat) => networkOf({ nat }).json.resource?.aws_nat_gateway,
    );
    expect(all).toMatchObject(single ?? { none: true });
  });
});

describe("what it gives back", () => {
  test("is the subnets of a tier in the order of its zones", () => {
    synth((stack) => {
      const network = aNetwork(stack, { zones: ["eu-central-1c", "eu-central-1a"] });
      expect(network.zones).toEqual(["eu-central-1a", "eu-central-1c"]);
      const resolver = new DefaultTokenResolver(new StringConcat());
      const ids = Tokenization.resolve(network.subnetIds("public"), {
        ...{ scope: stack, resolver, preparing: false },
      });
      expect(ids).toEqual([
        expect.stringMatching(/^\$\{aws_subnet\.Network_Public_A_/),
        expect.stringMatching(/^\$\{aws_subnet\.Network_Public_C_/),
      ]);
      expect(network.subnets[0]).toEqual({
        ...{ tier: "public", letter: "a", cidrBlock: "10.20.192.0/22", ipv6Network: 0 },
      });
    });
  });

  test.each(["made here", "made elsewhere"])("is refused for a tier that is not there, %s", (where) => {
    synth((stack) => {
      const network =
        where === "made here"
          ? aNetwork(stack, { tiers: { private: {} } })
          : existing(stack, { private: ["subnet-1"] });
      expect([network.hasTier("private"), network.hasTier("public")]).toEqual([true, false]);
      expect(messageOf(() => network.subnetIds("public"))).toBe(
        "Test/Network: tier must be one of private, got public",
      );
      expect(messageOf(() => void network.endpointSecurityGroupId)).toBe(
        "Test/Network: interfaceEndpoints must hold at least one for its security group, got none",
      );
    });
  });

  test("is the same for a network that is made elsewhere, and makes nothing", () => {
    const tf = synth((stack) => {
      const network = existing(stack, { private: ["subnet-1", "subnet-2"] }, "sg-1");
      expect(network.vpcId).toBe("vpc-1");
      expect(network.cidrBlock).toBe("10.0.0.0/16");
      expect(network.zones).toEqual(["eu-central-1a", "eu-central-1b"]);
      expect(network.subnetIds("private")).toEqual(["subnet-1", "subnet-2"]);
      expect(network.endpointSecurityGroupId).toBe("sg-1");
    });
    expect(tf.json.resource).toBeUndefined();
  });
});

const existing = (
  stack: Parameters<typeof aNetwork>[0],
  subnetIds: Parameters<typeof Network.fromExisting>[2]["subnetIds"],
  endpointSecurityGroupId?: string,
) =>
  Network.fromExisting(stack, "Network", {
    vpcId: "vpc-1",
    cidrBlock: "10.0.0.0/16",
    zones: ["eu-central-1a", "eu-central-1b"],
    subnetIds,
    ...(endpointSecurityGroupId === undefined ? {} : { endpointSecurityGroupId }),
  });

describe("rejects", () => {
  test.each<[string, Parameters<typeof mistakesOf>[0], string]>([
    [
      "a name with a space",
      { networkName: "my shop" },
      "networkName must be 1 to 54 of A-Z, a-z, 0-9 and inner hyphens, got my shop",
    ],
    [
      "a name of 55 characters",
      { networkName: "a".repeat(55) },
      `networkName must be 1 to 54 of A-Z, a-z, 0-9 and inner hyphens, got ${"a".repeat(55)}`,
    ],
    [
      "no name",
      { networkName: "" },
      "networkName must be 1 to 54 of A-Z, a-z, 0-9 and inner hyphens, got nothing",
    ],
    ["no tiers", { tiers: {} }, "tiers must hold at least one of public, private, isolated, got none"],
    ["no zones", { zones: 0 }, "zones must be 1 to 6, got 0"],
    [
      "NAT without a public tier",
      { tiers: { private: {} }, nat: "single" },
      "nat must be none without a public tier, got single",
    ],
    [
      "NAT for isolated subnets",
      { tiers: { isolated: {} }, nat: "perZone" },
      "nat must be none without a public and a private tier, got perZone",
    ],
    [
      "a NAT zone for NAT in each",
      { nat: "perZone", natZone: "a" },
      "natZone must be left out unless nat is single, got a",
    ],
    [
      "a NAT zone that is not there",
      { nat: "single", natZone: "c" },
      "natZone must be the letter of a zone, a, b, got c",
    ],
    [
      "interface endpoints in the public tier alone",
      { tiers: { public: {} }, interfaceEndpoints: ["logs", "sqs"] },
      "interfaceEndpoints must be empty without a private or isolated tier, got logs, sqs",
    ],
    [
      "a tier for endpoints that is not there",
      { tiers: { private: {} }, interfaceEndpointTier: "isolated" },
      "interfaceEndpointTier must be a tier of the network, got isolated",
    ],
    [
      "what is no name of a service",
      { interfaceEndpoints: ["ECR"] },
      "interfaceEndpoints must be names of services, as ecr.api, got ECR",
    ],
    [
      "an interface where a gateway is free",
      { interfaceEndpoints: ["s3"] },
      "interfaceEndpoints must leave s3 to gatewayEndpoints, got s3",
    ],
    [
      "an interface endpoint twice",
      { interfaceEndpoints: ["sqs", "sqs"] },
      "interfaceEndpoints must hold each once, got sqs twice",
    ],
    [
      "a gateway endpoint twice",
      { gatewayEndpoints: ["s3", "s3"] },
      "gatewayEndpoints must hold each once, got s3 twice",
    ],
    [
      "readable buckets without S3",
      { readableBuckets: ["open-data"] },
      "readableBuckets must be empty without the gateway endpoint s3, got open-data",
    ],
    [
      "an ARN for a bucket",
      { gatewayEndpoints: ["s3"], readableBuckets: ["arn:aws:s3:::x"] },
      "readableBuckets must be names of buckets, got arn:aws:s3:::x",
    ],
  ])("%s", (_, props, mistake) => {
    expect(mistakesOf(props)).toEqual([mistake]);
  });

  test("all mistakes at once", () => {
    expect(mistakesOf({ zones: 9, cidrBlock: "10.0.0.0/8", nat: "single", tiers: {} })).toEqual([
      "zones must be 1 to 6, got 9",
      "cidrBlock must be a block of /16 to /28 at its first address, as 10.20.0.0/16, got 10.0.0.0/8",
      "tiers must hold at least one of public, private, isolated, got none",
      "nat must be none without a public and a private tier, got single",
    ]);
  });
});
