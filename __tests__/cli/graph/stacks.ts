import type { SynthesisedStack } from "../../../cli/graph/resources";

/** Type → id → path in the code, and what else is in the block. */
export type Blocks = Readonly<
  Record<string, Readonly<Record<string, readonly [path: string, block?: object]>>>
>;

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

/** A stack of project `shop`, environment `test`, as cdktf would write it. */
export function stackOf(name: string, resource: Blocks, data: Blocks = {}): SynthesisedStack {
  const provider = {
    allowed_account_ids: [ACCOUNT],
    region: REGION,
    default_tags: [{ tags: { project: "shop", environment: "test" } }],
  };
  return { name, json: { provider: { aws: [provider] }, resource: named(resource), data: named(data) } };
}

function named(blocks: Blocks) {
  return Object.fromEntries(
    Object.entries(blocks).map(([type, ids]) => [
      type,
      Object.fromEntries(
        Object.entries(ids).map(([id, [path, block]]) => [id, { "//": { metadata: { path } }, ...block }]),
      ),
    ]),
  );
}

/** A reference, as Terraform reads it. */
export const ref = (expression: string) => `\${${expression}}`;

/** A role and its one policy, in a module. */
export function roleWith(module: string, ...statements: readonly object[]): Blocks {
  return {
    aws_iam_role: { Role: [`${module}/Role/Resource`, { name: "worker" }] },
    aws_iam_role_policy: {
      Access: [
        `${module}/Role/Access`,
        { role: ref("aws_iam_role.Role.name"), policy: JSON.stringify({ Statement: statements }) },
      ],
    },
  };
}

export const allow = (Action: string | string[], Resource: string | string[]) => ({
  Effect: "Allow",
  Action,
  Resource,
});
