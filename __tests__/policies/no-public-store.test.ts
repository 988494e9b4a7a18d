import {
  addResources,
  addStatement,
  firstOf,
  holdsEverywhere,
  listOf,
  refersTo,
  resources,
  spoilt,
  statementsIn,
} from "../support/policies";
import type { Block, StackJson } from "../support/synth";

const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
const ACLS = ["aws_s3_bucket_acl", "aws_s3_object_copy"];

/** The policy of an endpoint is a ceiling and grants nothing: `endpoint-policies.test.ts` says what it may hold. */
const CEILINGS = ["aws_vpc_endpoint"];

/**
 * No bucket can be made public, objects belong to the bucket's owner, no policy allows everybody something, and a
 * database lets in what has a security group of its own, and nothing by its address.
 */
function violations(json: StackJson): string[] {
  const of = (bucket: string, type: string) =>
    resources(json, type).find(([, block]) => String(block.bucket).startsWith(`\${${bucket}.`))?.[1];
  return [
    ...resources(json, "aws_s3_bucket").flatMap(([address]) => [
      ...BLOCKS.filter((name) => of(address, "aws_s3_bucket_public_access_block")?.[name] !== true).map(
        (name) => `${address} lacks ${name}`,
      ),
      ...(JSON.stringify(of(address, "aws_s3_bucket_ownership_controls")?.rule ?? "").includes(
        '"object_ownership":"BucketOwnerEnforced"',
      )
        ? []
        : [`${address} admits other owners`]),
    ]),
    ...ACLS.flatMap((type) => resources(json, type).map(([address]) => `${address} sets an ACL`)),
    ...statementsIn(json)
      .filter(({ Effect, type }) => Effect === "Allow" && !CEILINGS.includes(type))
      .filter(({ Principal }) => isEverybody(Principal))
      .map(({ address }) => `${address} allows everybody`),
    ...databases(json),
  ];
}

function databases(json: StackJson): string[] {
  const rules = resources(json, "aws_vpc_security_group_ingress_rule");
  return [
    ...["aws_db_instance", "aws_rds_cluster_instance"].flatMap((type) =>
      resources(json, type)
        .filter(([, { publicly_accessible }]) => publicly_accessible !== false)
        .map(([address]) => `${address} does not say that it is not public`),
    ),
    ...resources(json, "aws_db_subnet_group")
      .filter(([, { subnet_ids }]) => !isInside(subnet_ids))
      .map(([address, { subnet_ids }]) => `${address} is in ${JSON.stringify(subnet_ids)}`),
    ...resources(json, "aws_rds_cluster").flatMap(([address, { vpc_security_group_ids: ids }]) =>
      listOf(ids).flatMap((id) => {
        const group = resources(json, "aws_security_group").find(([known]) => refersTo(id, known));
        if (group === undefined) return [`${address} is in a group that is not of this stack`];
        const [name, { ingress }] = group;
        return [
          ...(ingress === undefined ? [] : [`${name} lets in by rules of its own`]),
          ...resources(json, "aws_security_group_rule")
            .filter(([, rule]) => refersTo(rule.security_group_id, name))
            .map(([rule]) => `${rule} lets in by the old kind of rule`),
          ...rules
            .filter(([, rule]) => refersTo(rule.security_group_id, name) && !isFromGroup(json, rule))
            .map(([rule]) => `${rule} lets in what is no group of this stack`),
        ];
      }),
    ),
  ];
}

/** Only the lists of the network's contract that have no way in from the internet. */
const isInside = (subnets: unknown) =>
  /^\$\{jsondecode\(data\.aws_ssm_parameter\.\w+\.insecure_value\)\.(isolated|private)SubnetIds}$/.test(
    String(subnets),
  );

function isFromGroup(json: StackJson, rule: Block): boolean {
  const { cidr_ipv4, cidr_ipv6, prefix_list_id, referenced_security_group_id: from } = rule;
  return (
    [cidr_ipv4, cidr_ipv6, prefix_list_id].every((source) => source === undefined) &&
    resources(json, "aws_security_group").some(([group]) => refersTo(from, group))
  );
}

function isEverybody(principal: unknown): boolean {
  if (typeof principal === "string") return principal === "*";
  const values = Object.values((principal ?? {}) as Record<string, string | string[]>);
  return values.some((value) => listOf(value).includes("*"));
}

holdsEverywhere(violations);

test.each(BLOCKS)("catches a bucket without %s", (name) => {
  const json = spoilt("data", (stack) => {
    firstOf(stack, "aws_s3_bucket_public_access_block")[name] = false;
  });
  expect(violations(json)).toEqual([expect.stringMatching(`^aws_s3_bucket\\.\\w+ lacks ${name}$`)]);
});

test("catches a bucket without an access block or ownership controls", () => {
  const json = spoilt("state", (stack) => {
    delete stack.resource?.aws_s3_bucket_public_access_block;
    delete stack.resource?.aws_s3_bucket_ownership_controls;
  });
  expect(violations(json)).toHaveLength(5);
});

test("catches objects that belong to who writes them", () => {
  const json = spoilt("data", (stack) => {
    firstOf(stack, "aws_s3_bucket_ownership_controls").rule = { object_ownership: "ObjectWriter" };
  });
  expect(violations(json)).toEqual([expect.stringMatching(/admits other owners$/)]);
});

test.each(["*", { AWS: "*" }, { AWS: ["arn:aws:iam::111111111111:root", "*"] }])(
  "catches a policy that allows %j something",
  (Principal) => {
    const json = spoilt("pipeline", (stack) =>
      addStatement(firstOf(stack, "aws_sqs_queue"), "policy", {
        ...{ Effect: "Allow", Principal, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:x:1:y" },
      }),
    );
    expect(violations(json)).toEqual([expect.stringMatching(/^aws_sqs_queue\.\w+ allows everybody$/)]);
  },
);

test.each([true, undefined])("catches an instance of a database that says %s of being public", (value) => {
  const json = spoilt("database", (stack) => {
    firstOf(stack, "aws_rds_cluster_instance").publicly_accessible = value;
  });
  expect(violations(json)).toEqual([
    expect.stringMatching(/^aws_rds_cluster_instance\.\w+ does not say that it is not public$/),
  ]);
});

test("catches a database in the public tier", () => {
  const json = spoilt("database", (stack) => {
    const block = firstOf(stack, "aws_db_subnet_group");
    block.subnet_ids = String(block.subnet_ids).replace("isolatedSubnetIds", "publicSubnetIds");
  });
  expect(violations(json)).toEqual([
    expect.stringMatching(/^aws_db_subnet_group\.\w+ is in ".*publicSubnetIds}"$/),
  ]);
});

const ingress = (rule: (from: Record<string, unknown>) => object) =>
  spoilt("database", (stack) => {
    const from = firstOf(stack, "aws_vpc_security_group_ingress_rule");
    addResources(stack, { aws_vpc_security_group_ingress_rule: { Probe: { ...from, ...rule(from) } } });
  });

test.each<[string, object]>([
  ["a block of addresses, be it the VPC's own", { cidr_ipv4: "10.20.0.0/16" }],
  ["a prefix list", { prefix_list_id: "pl-1" }],
  ["a group by its id", { referenced_security_group_id: "sg-1" }],
])("catches a database that lets in %s", (_, rule) => {
  expect(violations(ingress(() => rule))).toEqual([
    "aws_vpc_security_group_ingress_rule.Probe lets in what is no group of this stack",
  ]);
});

test("catches rules in the group itself, or of the old kind, and a group of others", () => {
  const inline = spoilt("database", (stack) => {
    for (const [id, group] of resources(stack, "aws_security_group")) {
      if (id.includes("Postgres")) group.ingress = [{ protocol: "tcp", cidr_blocks: ["10.0.0.0/8"] }];
    }
  });
  expect(violations(inline)).toEqual([expect.stringMatching(/ lets in by rules of its own$/)]);
  const old = spoilt("database", (stack) => {
    const [group] = listOf(firstOf(stack, "aws_rds_cluster").vpc_security_group_ids);
    addResources(stack, { aws_security_group_rule: { Old: { security_group_id: group } } });
  });
  expect(violations(old)).toEqual(["aws_security_group_rule.Old lets in by the old kind of rule"]);
  const others = spoilt("database", (stack) => {
    firstOf(stack, "aws_rds_cluster").vpc_security_group_ids = ["sg-1"];
  });
  expect(violations(others)).toEqual([expect.stringMatching(/ is in a group that is not of this stack$/)]);
});
