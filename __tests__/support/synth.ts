import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformElement, TerraformStack, Testing } from "cdktf";
import { matches } from "./matches";

/** Attributes of one block, in snake_case, as Terraform reads them. */
export type Block = Readonly<Record<string, unknown>>;

/** A stack's `cdk.tf.json`. */
export interface StackJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly provider?: Readonly<Record<string, readonly Block[]>>;
  readonly terraform: Block;
}

/** What a stack synthesised to, found by what matters. */
export interface Synthesised {
  readonly json: StackJson;
  /** The resource of `type` that matches. Fails unless exactly one does. */
  one(type: string, match?: Block): Block;
  /** Every resource of `type` that matches. */
  all(type: string, match?: Block): Block[];
  /** The data source of `type` that matches. Fails unless exactly one does. */
  data(type: string, match?: Block): Block;
}

export const REGION = "eu-central-1";
export const ACCOUNT = "123456789012";

/** One for all, because cdktf makes it at once: otherwise every test leaves a folder behind. */
const OUTDIR = join(tmpdir(), "groundplan-synth");

/** Attributes that every resource knows. */
const META = ["count", "depends_on", "for_each", "lifecycle", "provider"];

/**
 * Synthesises what `build` adds to a stack with a provider, as an app would: prepared, and validated.
 *
 * A match is partial, down to nested objects; lists are compared whole. A type or a top-level name that the
 * provider does not know is an error, so that a misspelt test cannot pass.
 */
export function synth(build: (stack: TerraformStack) => void): Synthesised {
  const stack = new TerraformStack(Testing.app({ outdir: OUTDIR }), "Test");
  new AwsProvider(stack, "Aws", { region: REGION, allowedAccountIds: [ACCOUNT] });
  build(stack);
  stack.prepareStack();
  const json: StackJson = JSON.parse(Testing.synth(stack, true));
  return finderOf(json, (type) => knownNames(stack, type));
}

function finderOf(json: StackJson, namesOf: (type: string) => ReadonlySet<string>): Synthesised {
  const find = (kind: "resource" | "data", type: string, match: Block): Block[] => {
    refuseUnknownType(kind, type);
    const blocks = Object.values(json[kind]?.[type] ?? {});
    const wrong = Object.keys(match).filter((name) => !namesOf(type).has(name));
    if (blocks.length > 0 && wrong.length > 0) throw new Error(`${type} has no ${wrong.join(", ")}`);
    return blocks.filter((block) => matches(block, match));
  };
  const only = (kind: "resource" | "data", type: string, match: Block): Block => {
    const [found, ...others] = find(kind, type, match);
    if (found && others.length === 0) return found;
    const all = JSON.stringify(json[kind]?.[type] ?? {}, null, 2);
    throw new Error(`${found ? others.length + 1 : 0} of ${type} match ${JSON.stringify(match)}, in ${all}`);
  };
  return {
    json,
    one: (type, match = {}) => only("resource", type, match),
    all: (type, match = {}) => find("resource", type, match),
    data: (type, match = {}) => only("data", type, match),
  };
}

/** The provider has a folder for each type, `aws_sqs_queue` in `sqs-queue`. */
function refuseUnknownType(kind: "resource" | "data", type: string): void {
  const noun = type.replace(/^aws_/, "").replaceAll("_", "-");
  const folder = kind === "data" ? `data-aws-${noun}` : noun;
  if (!existsSync(join("node_modules/@cdktf/provider-aws/lib", folder))) {
    throw new Error(`the provider has no ${kind} ${type}`);
  }
}

/** Every attribute of a type, set or not: what its class writes, before what is undefined is left out. */
function knownNames(stack: TerraformStack, type: string): ReadonlySet<string> {
  const elements = stack.node
    .findAll()
    .filter((element) => element instanceof TerraformElement)
    .filter((element) => "terraformResourceType" in element && element.terraformResourceType === type);
  return new Set([...META, ...elements.flatMap(attributeNames)]);
}

function attributeNames(element: object): string[] {
  const attributes: unknown = Reflect.get(element, "synthesizeAttributes");
  return typeof attributes === "function" ? Object.keys(attributes.call(element)) : [];
}
