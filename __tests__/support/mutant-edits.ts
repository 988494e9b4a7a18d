import type { StackText } from "../../modules/iam/evaluation";

type Block = Record<string, unknown>;
/** A change of synthesised stacks, in place. */
export type Edit = (stacks: readonly StackText[]) => void;
type Statement = Readonly<Record<string, unknown>>;

/** `atlas-dev-`, without which the list names what it changes. */
export const BASE = "atlas-dev-";
export const ACCOUNT = "111111111111";

/** A place where a policy's text stands. */
interface Place {
  readonly block: Block;
  readonly attribute: string;
}

function blocksOf(stacks: readonly StackText[], type: string): [id: string, block: Block][] {
  return stacks.flatMap(({ json }) => Object.entries(json.resource?.[type] ?? {}) as [string, Block][]);
}

function found(what: string, places: readonly Place[]): readonly Place[] {
  if (places.length === 0) throw new Error(`there is no ${what}`);
  return places;
}

type Find = (stacks: readonly StackText[]) => readonly Place[];

/** The policies of a role. */
export const policyOf =
  (role: string): Find =>
  (stacks) => {
    const ids = blocksOf(stacks, "aws_iam_role").filter(([, { name }]) => name === `${BASE}${role}`);
    const places = blocksOf(stacks, "aws_iam_role_policy")
      .filter(([, block]) => ids.some(([id]) => String(block.role).startsWith(`\${aws_iam_role.${id}.`)))
      .map(([, block]) => ({ block, attribute: "policy" }));
    return found(`policy of ${role}`, places);
  };

/** Who may take a role. */
export const trustOf =
  (role: string): Find =>
  (stacks) =>
    found(
      `role ${role}`,
      blocksOf(stacks, "aws_iam_role")
        .filter(([, { name }]) => name === `${BASE}${role}`)
        .map(([, block]) => ({ block, attribute: "assume_role_policy" })),
    );

/** The policy of a bucket, by its name without account and region; of a queue, a topic, the key or the boundary. */
export const policyAt =
  (type: string, name = ""): Find =>
  (stacks) => {
    const own = (block: Block) =>
      type === "aws_s3_bucket_policy"
        ? String(block.policy).includes(`${BASE}${name}-${ACCOUNT}`)
        : name === "" || block.name === `${BASE}${name}`;
    const places = blocksOf(stacks, type)
      .filter(([, block]) => own(block) && "policy" in block)
      .map(([, block]) => ({ block, attribute: "policy" }));
    return found(`${type} ${name}`, places);
  };

/** Another text in the place of one that is there, everywhere in a policy. */
export const swaps =
  (find: Find, from: string, to: string): Edit =>
  (stacks) => {
    for (const { block, attribute } of find(stacks))
      block[attribute] = String(block[attribute]).replaceAll(from, to);
  };

function changes(find: Find, change: (statements: readonly Statement[]) => readonly Statement[]): Edit {
  return (stacks) => {
    for (const { block, attribute } of find(stacks)) {
      const policy = JSON.parse(String(block[attribute]));
      block[attribute] = JSON.stringify({ ...policy, Statement: change(policy.Statement) });
    }
  };
}

/** A statement more. */
export const allows = (
  find: Find,
  Action: string | readonly string[],
  Resource: string,
  more: object = {},
): Edit => changes(find, (statements) => [...statements, { Effect: "Allow", Action, Resource, ...more }]);

/** An action less, wherever it is on a resource that holds `on`. */
export const lacks = (find: Find, action: string, on = ""): Edit =>
  changes(find, (statements) =>
    statements.flatMap((statement) => {
      if (!JSON.stringify(statement.Resource).includes(on)) return [statement];
      const actions = [statement.Action].flat().filter((name) => name !== action);
      return actions.length === 0 ? [] : [{ ...statement, Action: actions }];
    }),
  );

/** Statements of which `key` was a condition, without it. */
export const forgets = (find: Find, key: string): Edit =>
  changes(find, (statements) =>
    statements.map(({ Condition, ...statement }) => {
      const kept = Object.entries((Condition ?? {}) as Record<string, Record<string, unknown>>)
        .map(([operator, keys]) => [operator, Object.entries(keys).filter(([name]) => name !== key)] as const)
        .filter(([, keys]) => keys.length > 0)
        .map(([operator, keys]) => [operator, Object.fromEntries(keys)]);
      return kept.length === 0 ? statement : { ...statement, Condition: Object.fromEntries(kept) };
    }),
  );

/** Without what it denies. */
export const admits = (find: Find): Edit =>
  changes(find, (statements) => statements.filter(({ Effect }) => Effect !== "Deny"));

/** A bucket without its policy. */
export const bare =
  (bucket: string): Edit =>
  (stacks) => {
    const [place] = policyAt("aws_s3_bucket_policy", bucket)(stacks);
    for (const { json } of stacks) {
      const policies = json.resource?.aws_s3_bucket_policy as Record<string, Block> | undefined;
      for (const [id, block] of Object.entries(policies ?? {}))
        if (block === place?.block) delete policies?.[id];
    }
  };

/** Another value of a role's own attribute; none with undefined. */
export const sets =
  (role: string, attribute: string, value: string | undefined): Edit =>
  (stacks) => {
    for (const { block } of trustOf(role)(stacks)) {
      if (value === undefined) delete block[attribute];
      else block[attribute] = value;
    }
  };

/** A resource more, in the stack that has a role. */
export const adds =
  (role: string, type: string, block: (roleId: string) => Block): Edit =>
  (stacks) => {
    const owner = stacks.find(({ json }) =>
      Object.values(json.resource?.aws_iam_role ?? {}).some(({ name }) => name === `${BASE}${role}`),
    );
    const roles = Object.entries(owner?.json.resource?.aws_iam_role ?? {});
    const [id] = roles.find(([, { name }]) => name === `${BASE}${role}`) ?? [];
    if (owner === undefined || id === undefined) throw new Error(`there is no role ${role}`);
    const all = owner.json.resource as Record<string, Record<string, Block>>;
    all[type] = { ...all[type], Mutant: block(id) };
  };
