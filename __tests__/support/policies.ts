import { type PolicyStatement, statementsOf } from "./granted";
import { type Environment, everyStack, platform } from "./platform";
import type { Block, StackJson } from "./synth";

/** A policy in a stack: identity, trust or resource policy. */
export interface Policy {
  /** Terraform's address of the resource that holds it. */
  readonly address: string;
  readonly type: string;
  /** The attribute that holds it. */
  readonly attribute: string;
  readonly text: string;
}

/** A change to a copy of a stack's JSON: what a careless commit would do. */
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

/** Tests that a rule holds in every stack of every environment. */
export function holdsEverywhere(
  violations: (json: StackJson, environment: Environment, stack: string) => string[],
): void {
  test.each(everyStack())("holds in %s, stack %s", (environment, stack, json) => {
    expect(violations(json, environment, stack)).toEqual([]);
  });
}

/** A stack of dev, changed: what the rule must catch. */
export function spoilt(stack: string, spoil: (json: Mutable<StackJson>) => void): StackJson {
  const json = structuredClone(platform("dev")[stack]) as Mutable<StackJson> | undefined;
  if (json === undefined) throw new Error(`there is no stack ${stack}`);
  const before = JSON.stringify(json);
  spoil(json);
  if (JSON.stringify(json) === before) throw new Error(`nothing was spoilt in ${stack}`);
  return json as StackJson;
}

/** Address → block, of every resource of a type; of a `for_each` that is written out, each one by itself. */
export function resources(json: StackJson, type: string): [address: string, block: Mutable<Block>][] {
  return Object.entries(json.resource?.[type] ?? {}).flatMap(([id, block]) =>
    instancesOf(`${type}.${id}`, block),
  );
}

function instancesOf(address: string, block: Block): [address: string, block: Mutable<Block>][] {
  const { for_each: each, ...common } = block;
  if (!isBranch(each)) return [[address, block]];
  return Object.entries(each).map(([key, value]) => {
    const text = JSON.stringify(common)
      .replaceAll(`"\${each.value}"`, () => JSON.stringify(value))
      .replaceAll(`\${each.key}`, () => key);
    return [`${address}["${key}"]`, JSON.parse(text)];
  });
}

/** The first resource of a type, to be spoilt. */
export function firstOf(json: StackJson, type: string): Mutable<Block> {
  const [first] = resources(json, type);
  if (first === undefined) throw new Error(`there is no ${type}`);
  return first[1];
}

/** What is called a policy and says nothing of who may do what: of queues, buckets, TLS, and of how long images stay. */
const OTHER_POLICIES = /^redrive_|^block_|^ssl_/;

/** Every policy of a stack: whatever attribute is called so. */
export function policiesOf(json: StackJson): Policy[] {
  const { aws_ecr_lifecycle_policy: _, ...types } = json.resource ?? {};
  return Object.entries(types).flatMap(([type, blocks]) =>
    Object.entries(blocks).flatMap(([id, block]) =>
      Object.entries(block)
        .filter(
          ([name, text]) =>
            /(^|_)policy(_document)?$/.test(name) && !OTHER_POLICIES.test(name) && text !== null,
        )
        .map(([attribute, text]) => ({ address: `${type}.${id}`, type, attribute, text: String(text) })),
    ),
  );
}

/** Every statement of every policy of a stack, with where it stands. */
export function statementsIn(json: StackJson): (PolicyStatement & Pick<Policy, "address" | "type">)[] {
  return policiesOf(json).flatMap(({ address, type, text }) =>
    statementsOf(text).map((statement) => ({ ...statement, address, type })),
  );
}

/** Adds resources to a stack that is to be spoilt, by type and id. */
export function addResources(
  json: Mutable<StackJson>,
  added: Readonly<Record<string, Readonly<Record<string, object>>>>,
): void {
  for (const [type, blocks] of Object.entries(added)) {
    json.resource = { ...json.resource, [type]: { ...json.resource?.[type], ...(blocks as object) } };
  }
}

/** Whether an attribute is a reference to the resource at `address`. */
export const refersTo = (value: unknown, address: string) => String(value).startsWith(`\${${address}.`);

/** Adds a statement to the policy in `attribute` of a block. */
export function addStatement(block: Mutable<Block>, attribute: string, statement: object): void {
  const policy = JSON.parse(String(block[attribute]));
  block[attribute] = JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
}

/** IAM writes a list of one as a plain value. */
export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}

/** A block inside a block, which Terraform's JSON writes as object or list of one. */
export function inner(block: Block | undefined, ...path: readonly string[]): Block | undefined {
  let here: unknown = block;
  for (const step of path) {
    const [next] = listOf((here as Block | undefined)?.[step]);
    here = next;
  }
  return here as Block | undefined;
}

/** Every path at which two pieces of JSON differ, as `.network.resource`. */
export function differences(one: unknown, other: unknown, at = ""): string[] {
  if (!isBranch(one) || !isBranch(other)) return Object.is(one, other) ? [] : [at];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.flatMap((name) => differences(one[name], other[name], `${at}.${name}`));
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
