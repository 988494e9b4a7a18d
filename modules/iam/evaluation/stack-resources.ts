import { EvaluationError } from "./evaluation-error";

export type Block = Readonly<Record<string, unknown>>;
type Blocks = Readonly<Record<string, Readonly<Record<string, Block>>>>;

/** A stack's name and its `cdk.tf.json`. */
export interface StackText {
  readonly name: string;
  readonly json: {
    readonly provider?: { readonly aws?: readonly Block[] };
    readonly resource?: Blocks;
  };
}

/** A resource of a stack. */
export interface StackResource {
  readonly stack: string;
  readonly type: string;
  /** `<stack>/<type>.<id>`. */
  readonly address: string;
  readonly block: Block;
}

/** Account, region and tags of all that a stack makes. */
export interface Place {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}

const REFERENCE = /^\$\{(aws_\w+\.[\w-]+)\.\w+\}$/;

/** The resources of an environment's stacks, and what they say of each other. */
export class StackResources {
  readonly place: Place;
  readonly all: readonly StackResource[];

  /** @throws EvaluationError where the stacks are not of one account and region */
  constructor(private readonly stacks: readonly StackText[]) {
    this.place = placeOf(stacks);
    this.all = stacks.flatMap(({ name, json }) =>
      Object.entries(json.resource ?? {}).flatMap(([type, blocks]) =>
        Object.entries(blocks).map(([id, block]) => ({
          ...{ stack: name, type, address: `${name}/${type}.${id}`, block },
        })),
      ),
    );
  }

  /** @throws EvaluationError on resources that are written once and made several times */
  ofType(type: string): readonly StackResource[] {
    const found = this.all.filter((resource) => resource.type === type);
    const repeated = found.filter(({ block }) => "for_each" in block || "count" in block);
    if (repeated.length === 0) return found;
    throw new EvaluationError(
      "stacks",
      repeated.map(({ address }) => `${type} must be written out, got for_each or count in ${address}`),
    );
  }

  /** The resource of a type that an attribute refers to, or whose `name` it is, in whichever stack. */
  target(from: StackResource, attribute: string, type: string, name: string): StackResource {
    const value = String(from.block[attribute]);
    const [, reference] = REFERENCE.exec(value) ?? [];
    const found = this.ofType(type).filter((resource) =>
      reference === undefined
        ? resource.block[name] === value
        : resource.address === `${from.stack}/${reference}`,
    );
    const [first, another] = found;
    if (first && !another) return first;
    throw new EvaluationError(
      from.address,
      `${attribute} must be of one ${type} of the stacks, got ${value}`,
    );
  }

  /** Tags, with those that the stack's provider adds. */
  tagsOf({ stack, block }: StackResource): Readonly<Record<string, string>> {
    const provider = this.stacks.find(({ name }) => name === stack)?.json.provider?.aws?.[0];
    const [defaults] =
      (provider?.default_tags as readonly { tags: Record<string, string> }[] | undefined) ?? [];
    return { ...defaults?.tags, ...(block.tags as Record<string, string> | undefined) };
  }
}

function placeOf(stacks: readonly StackText[]): Place {
  const places = stacks.map(({ json }) => {
    const [provider = {}] = json.provider?.aws ?? [];
    const [accountId] = (provider.allowed_account_ids as readonly string[] | undefined) ?? [];
    return `${accountId ?? "none"} ${provider.region ?? "none"}`;
  });
  const [place, ...others] = [...new Set(places)];
  const [accountId = "none", region = "none"] = place?.split(" ") ?? [];
  if (others.length === 0 && accountId !== "none" && region !== "none")
    return { partition: "aws", accountId, region };
  throw new EvaluationError(
    "stacks",
    `must be of one account and region, got ${[...new Set(places)].join(", ") || "no stacks"}`,
  );
}

/**
 * A policy's text as AWS gets it: Terraform takes `${` for a reference, and `$${` for what IAM writes as `${`.
 *
 * @throws EvaluationError on a reference, whose value is known only when all is made
 */
export function policyText({ address, block }: StackResource, attribute: string): string {
  const text = block[attribute];
  if (typeof text !== "string") throw new EvaluationError(address, `${attribute} must be JSON, got ${text}`);
  const [reference] = /(?<!\$)\$\{[^}]*\}?/.exec(text) ?? [];
  if (reference) throw new EvaluationError(address, `${attribute} must be literal, got ${reference}`);
  return text.replaceAll("$${", "${");
}
