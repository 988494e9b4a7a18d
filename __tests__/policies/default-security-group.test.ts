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

/** What AWS puts into the default group unless a group is named, and where it is named. */
const MUST_NAME: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: ["vpc_security_group_ids"],
  aws_ecs_service: ["network_configuration", "security_groups"],
  aws_instance: ["vpc_security_group_ids"],
  aws_lb: ["security_groups"],
  aws_lambda_function: ["vpc_config", "security_group_ids"],
  aws_network_interface: ["security_groups"],
  aws_rds_cluster: ["vpc_security_group_ids"],
  aws_vpc_endpoint: ["security_group_ids"],
};

/** The default group of every VPC has no rules, and nothing is in it: neither by name nor because it names none. */
function violations(json: StackJson): string[] {
  const groups = resources(json, "aws_default_security_group");
  return [
    ...resources(json, "aws_vpc")
      .filter(([vpc]) => groups.filter(([, { vpc_id }]) => refersTo(vpc_id, vpc)).length !== 1)
      .map(([vpc]) => `${vpc} keeps the default group that AWS made`),
    // Left out, a list of rules is whatever somebody has added by hand.
    ...groups.flatMap(([address, group]) =>
      ["ingress", "egress"]
        .filter((direction) => JSON.stringify(group[direction]) !== "[]")
        .map((direction) => `${address} has ${direction} rules`),
    ),
    ...everything(json)
      .filter(([, block]) => /\baws_default_security_group\.|\.default_security_group_id\b/.test(block))
      .map(([address]) => `${address} uses the default group`),
    ...Object.entries(MUST_NAME).flatMap(([type, path]) =>
      resources(json, type)
        .filter(([, block]) => hasGroup(type, block) && namedGroups(block, path).length === 0)
        .map(([address]) => `${address} is in the default group`),
    ),
  ];
}

/** A gateway has a place in no subnet, a network load balancer may do without a group, a function without a VPC. */
const hasGroup = (type: string, block: Block) =>
  (block.vpc_endpoint_type === undefined || block.vpc_endpoint_type === "Interface") &&
  block.load_balancer_type !== "network" &&
  (type !== "aws_lambda_function" || block.vpc_config !== undefined);

function namedGroups(block: Block, path: readonly string[]): readonly unknown[] {
  const attribute = path.at(-1) ?? "";
  return listOf(inner(block, ...path.slice(0, -1))?.[attribute]);
}

function everything(json: StackJson): [address: string, text: string][] {
  return Object.keys(json.resource ?? {}).flatMap((type) =>
    resources(json, type).map(([address, block]): [string, string] => [address, JSON.stringify(block)]),
  );
}

holdsEverywhere(violations);

test("catches a VPC whose default group is left as it is", () => {
  const json = spoilt("network", (stack) => delete stack.resource?.aws_default_security_group);
  expect(violations(json)).toEqual([
    expect.stringMatching(/^aws_vpc\.\w+ keeps the default group that AWS made$/),
  ]);
});

test.each([
  ["ingress", [{ protocol: "-1", self: true }]],
  ["egress", [{ protocol: "-1", cidr_blocks: ["0.0.0.0/0"] }]],
  ["egress", undefined],
])("catches a default group whose %s is %j", (direction, rules) => {
  const json = spoilt("network", (stack) => {
    firstOf(stack, "aws_default_security_group")[direction] = rules;
  });
  expect(violations(json)).toEqual([expect.stringMatching(` has ${direction} rules$`)]);
});

test.each([
  [
    "its own resource",
    (json: StackJson) => `\${${resources(json, "aws_default_security_group")[0]?.[0]}.id}`,
  ],
  ["the VPC", (json: StackJson) => `\${${resources(json, "aws_vpc")[0]?.[0]}.default_security_group_id}`],
])("catches a use of it by way of %s", (_, reference) => {
  const json = spoilt("network", (stack) =>
    addResources(stack, { aws_instance: { Probe: { vpc_security_group_ids: [reference(stack)] } } }),
  );
  expect(violations(json)).toEqual(["aws_instance.Probe uses the default group"]);
});

test.each<[string, object]>([
  ["aws_instance", {}],
  ["aws_lb", { security_groups: [] }],
  ["aws_ecs_service", { network_configuration: { subnets: ["subnet-1"] } }],
  ["aws_vpc_endpoint", { vpc_endpoint_type: "Interface" }],
  ["aws_lambda_function", { vpc_config: { subnet_ids: ["subnet-1"] } }],
  ["aws_rds_cluster", { vpc_security_group_ids: [] }],
])("catches one of %s that names no group", (type, block) => {
  const json = spoilt("network", (stack) => addResources(stack, { [type]: { Probe: block } }));
  expect(violations(json)).toEqual([`${type}.Probe is in the default group`]);
});
