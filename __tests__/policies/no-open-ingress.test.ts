import {
  addResources,
  firstOf,
  holdsEverywhere,
  listOf,
  refersTo,
  resources,
  spoilt,
} from "../support/policies";
import type { Block, StackJson } from "../support/synth";
import { isWide } from "../support/topology";

/** What a public load balancer is there for. */
const PORTS = [443, 80];

/** A rule of a security group, from whichever of the four places where it can stand. */
interface Ingress {
  readonly address: string;
  /** Reference to the group that it is a rule of. */
  readonly group: unknown;
  readonly sources: readonly unknown[];
  readonly protocol: unknown;
  readonly fromPort: unknown;
  readonly toPort: unknown;
}

/**
 * Nothing can be reached from the whole internet but a public load balancer, on 443 and 80. ACLs are no part of this:
 * they keep no state, so that an answer from anywhere must be let in.
 */
function violations(json: StackJson): string[] {
  return ingressIn(json).flatMap((rule) => {
    const open = rule.sources.filter(isWide);
    const { fromPort, toPort } = rule;
    const isWeb = rule.protocol === "tcp" && fromPort === toPort && PORTS.includes(Number(fromPort));
    if (open.length === 0 || (isWeb && isOfPublicLoadBalancer(json, rule.group))) return [];
    return [`${rule.address} lets in ${open} on ${rule.protocol} ${fromPort}-${toPort}`];
  });
}

function ingressIn(json: StackJson): Ingress[] {
  return [
    ...["aws_security_group", "aws_default_security_group"].flatMap((type) =>
      resources(json, type).flatMap(([address, group]) =>
        listOf<Block>(group.ingress as Block | readonly Block[] | undefined).map((rule) =>
          ingressOf(address, `\${${address}.id}`, rule),
        ),
      ),
    ),
    ...resources(json, "aws_security_group_rule")
      .filter(([, { type }]) => type === "ingress")
      .map(([address, rule]) => ingressOf(address, rule.security_group_id, rule)),
    ...resources(json, "aws_vpc_security_group_ingress_rule").map(([address, rule]) =>
      ingressOf(address, rule.security_group_id, rule),
    ),
  ];
}

function ingressOf(address: string, group: unknown, rule: Block): Ingress {
  const { cidr_blocks, ipv6_cidr_blocks, cidr_ipv4, cidr_ipv6 } = rule;
  return {
    address,
    group,
    sources: [cidr_blocks, ipv6_cidr_blocks, cidr_ipv4, cidr_ipv6].flatMap((source) => listOf(source)),
    protocol: rule.ip_protocol ?? rule.protocol,
    fromPort: rule.from_port,
    toPort: rule.to_port,
  };
}

/**
 * Whether a group belongs to load balancers that say that they face the internet, and to nothing else: a group that an
 * instance shares would open the instance.
 */
function isOfPublicLoadBalancer(json: StackJson, group: unknown): boolean {
  const [address] = resources(json, "aws_security_group").find(([id]) => refersTo(group, id)) ?? [];
  if (address === undefined) return false;
  const users = Object.entries(json.resource ?? {})
    .filter(([type]) => !/^aws_(vpc_)?security_group/.test(type))
    .flatMap(([type, blocks]) => Object.values(blocks).map((block) => ({ type, block })))
    .filter(({ block }) => JSON.stringify(block).includes(`\${${address}.`));
  return users.length > 0 && users.every(({ type, block }) => type === "aws_lb" && block.internal === false);
}

holdsEverywhere(violations);

const GROUP = `\${aws_security_group.Web.id}`;
const HTTPS = { ip_protocol: "tcp", from_port: 443, to_port: 443, security_group_id: GROUP };

/** The network with a group of a load balancer, and one rule of it. */
const web = (rule: object, balancer: object = { internal: false }, others = {}) =>
  spoilt("network", (json) =>
    addResources(json, {
      aws_security_group: { Web: { name: "web" } },
      aws_lb: { Web: { load_balancer_type: "application", security_groups: [GROUP], ...balancer } },
      aws_vpc_security_group_ingress_rule: { Web: { ...HTTPS, ...rule } },
      ...others,
    }),
  );

test.each([
  [443, { cidr_ipv4: "0.0.0.0/0" }],
  [80, { cidr_ipv6: "::/0" }],
])("admits everybody to a public load balancer on %s", (port, source) => {
  expect(violations(web({ ...source, from_port: port, to_port: port }))).toEqual([]);
});

test.each<[string, object]>([
  ["on another port", { from_port: 22, to_port: 22 }],
  ["on a range of ports", { from_port: 80, to_port: 443 }],
  ["by every protocol", { ip_protocol: "-1", from_port: undefined, to_port: undefined }],
  ["by UDP", { ip_protocol: "udp" }],
])("catches a load balancer that is open %s", (_, rule) => {
  expect(violations(web({ cidr_ipv4: "0.0.0.0/0", ...rule }))).toEqual([
    expect.stringMatching(/^aws_vpc_security_group_ingress_rule\.Web lets in 0\.0\.0\.0\/0 on /),
  ]);
});

test.each<[string, object, object]>([
  ["an internal load balancer", { internal: true }, {}],
  ["a load balancer that does not say what it is", {}, {}],
  ["a group that nothing uses", { internal: false, security_groups: [] }, {}],
  ["an instance", { internal: false }, { aws_instance: { Web: { vpc_security_group_ids: [GROUP] } } }],
])("catches the internet at %s", (_, balancer, others) => {
  expect(violations(web({ cidr_ipv4: "0.0.0.0/0" }, balancer, others))).toEqual([
    "aws_vpc_security_group_ingress_rule.Web lets in 0.0.0.0/0 on tcp 443-443",
  ]);
});

test("catches the internet in two halves, and a group of another stack", () => {
  expect(violations(web({ cidr_ipv4: "128.0.0.0/1", from_port: 22, to_port: 22 }))).toHaveLength(1);
  const group = `\${jsondecode(data.aws_ssm_parameter.Network.insecure_value).groupId}`;
  expect(violations(web({ cidr_ipv4: "0.0.0.0/0", security_group_id: group }))).toHaveLength(1);
});

const RULE = { protocol: "tcp", from_port: 22, to_port: 22 };

test.each<[string, Record<string, Record<string, object>>]>([
  [
    "aws_security_group.Inline",
    { aws_security_group: { Inline: { ingress: [{ ...RULE, cidr_blocks: ["0.0.0.0/0"] }] } } },
  ],
  [
    "aws_security_group.Inline",
    { aws_security_group: { Inline: { ingress: { ...RULE, ipv6_cidr_blocks: ["::/0"] } } } },
  ],
  [
    "aws_security_group_rule.Old",
    {
      aws_security_group_rule: {
        Old: { type: "ingress", ...RULE, cidr_blocks: ["10.0.0.0/8", "0.0.0.0/0"] },
      },
    },
  ],
])("catches it in %s too", (address, added) => {
  const json = spoilt("network", (stack) => addResources(stack, added));
  expect(violations(json)).toEqual([
    expect.stringMatching(new RegExp(`^${address} lets in (0\\.0\\.0\\.0/0|::/0) on tcp 22-22$`)),
  ]);
});

test("catches it in the default security group, and lets all out as before", () => {
  const json = spoilt("network", (stack) => {
    firstOf(stack, "aws_default_security_group").ingress = [{ ...RULE, cidr_blocks: ["0.0.0.0/0"] }];
    addResources(stack, {
      aws_security_group_rule: { Out: { type: "egress", ...RULE, cidr_blocks: ["0.0.0.0/0"] } },
    });
  });
  expect(violations(json)).toEqual([
    expect.stringMatching(/^aws_default_security_group\.\w+ lets in 0\.0\.0\.0\/0 on tcp 22-22$/),
  ]);
});
