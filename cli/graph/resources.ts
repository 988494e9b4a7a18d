import { KINDS } from "./kinds";

/** A stack as it was synthesised. */
export interface SynthesisedStack {
  readonly name: string;
  /** What Terraform reads. */
  readonly json: StackJson;
}

/** The parts of `cdk.tf.json` that a graph is made of. */
export interface StackJson {
  readonly provider?: { readonly aws?: readonly Block[] };
  readonly resource?: Blocks;
  readonly data?: Blocks;
}

export type Blocks = Readonly<Record<string, Readonly<Record<string, Block>>>>;
export type Block = Readonly<Record<string, unknown>>;

/** A resource of a stack. */
export interface Resource {
  readonly stack: string;
  readonly type: string;
  /** `<type>.<id>`, unique in its stack. */
  readonly address: string;
  /** `<stack>/<module>`: what its node is called. */
  readonly module: string;
  /** Its path in the code. */
  readonly path: string;
  readonly block: Block;
}

/** What a text in a resource refers to. */
export interface Target {
  readonly resource: Resource;
  /** What follows the resource's own ARN, such as `events/*`. */
  readonly rest: string;
}

/** Every resource of every stack, found by reference, by ARN and by name. */
export class Resources {
  readonly all: readonly Resource[];
  private readonly byAddress: ReadonlyMap<string, Resource>;
  private readonly byArn: ReadonlyMap<string, Resource>;
  private readonly byName: ReadonlyMap<string, Resource>;

  /** @param place `<region>:<account>` of every resource */
  constructor(stacks: readonly SynthesisedStack[], place: string) {
    this.all = stacks.flatMap(({ name, json }) => resourcesIn(name, json.resource));
    this.byAddress = new Map(this.all.map((resource) => [`${resource.stack}/${resource.address}`, resource]));
    this.byName = new Map(this.all.map((resource) => [`${resource.type}/${nameOf(resource)}`, resource]));
    this.byArn = new Map(
      this.all.flatMap((resource) => {
        const arn = KINDS[resource.type]?.arn?.(place, nameOf(resource));
        return arn === undefined ? [] : [[arn, resource] as const];
      }),
    );
  }

  /** What `text` in a resource of `stack` means: a reference, a literal ARN, or the name of a `type`. */
  find(stack: string, text: unknown, type?: string): Target | undefined {
    if (typeof text !== "string") return undefined;
    const [, address] = /\b(?<!data\.)(aws_\w+\.\w+)/.exec(text.startsWith("${") ? text : "") ?? [];
    const [, arn] = /^arn:[^:]*:(.+)$/.exec(text) ?? [];
    if (arn !== undefined) return this.findArn(arn);
    const resource =
      address === undefined ? this.byName.get(`${type}/${text}`) : this.byAddress.get(`${stack}/${address}`);
    return resource && { resource, rest: "" };
  }

  /** The longest known ARN that `arn` is, or is below; a user of a database is below the one cluster that there is. */
  private findArn(arn: string): Target | undefined {
    const [, user] = /^rds-db:.*:dbuser:[^/]+\/(.+)$/.exec(arn) ?? [];
    if (user !== undefined) {
      const [resource, another] = this.all.filter(({ type }) => type === "aws_rds_cluster");
      return resource === undefined || another !== undefined ? undefined : { resource, rest: user };
    }
    for (
      let end = arn.length;
      end > 0;
      end = Math.max(arn.lastIndexOf("/", end - 1), arn.lastIndexOf(":", end - 1))
    ) {
      const resource = this.byArn.get(arn.slice(0, end));
      if (resource) return { resource, rest: arn.slice(end + 1) };
    }
    return undefined;
  }
}

/** Physical name of a resource; empty where it has none, or AWS makes it. */
export function nameOf({ type, block }: Resource): string {
  const tags = block.tags as Block | undefined;
  const name = block[KINDS[type]?.nameArgument ?? "name"] ?? tags?.Name;
  return typeof name === "string" && !name.startsWith("${") ? name : "";
}

/** IAM and Terraform both write a list of one as a plain value. */
export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as T];
}

/** The blocks of one type, with their addresses. */
function resourcesIn(stack: string, blocks: Blocks = {}): Resource[] {
  return Object.entries(blocks).flatMap(([type, named]) =>
    Object.entries(named).map(([id, block]) => {
      const { metadata } = (block["//"] ?? {}) as { metadata?: { path?: string } };
      const path = metadata?.path ?? `${stack}/${id}`;
      const module = path.split("/").slice(0, 2).join("/");
      return { stack, type, address: `${type}.${id}`, module, path, block };
    }),
  );
}
