/** What a platform's Terraform JSON says about itself: stacks, the modules in them, and what goes between. */
export interface PlatformGraph {
  readonly project: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** In order of dependency. */
  readonly stacks: readonly GraphStack[];
  readonly edges: readonly GraphEdge[];
  /** Grants on what none of the stacks makes; they are not drawn. */
  readonly elsewhere: readonly ForeignGrant[];
}

export interface GraphStack {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
}

/** One instance of a module, with all the resources that it makes. */
export interface GraphNode {
  /** `<stack>/<module>`. */
  readonly id: string;
  /** The module's construct id as words, such as `Access logs`. */
  readonly title: string;
  readonly family: Family;
  /** What AWS calls its main resources, such as `function + queue`. */
  readonly kind: string;
  /** Physical name of its main resource. */
  readonly name: string;
  /** What else a reader wants to know at a glance; only a network has any. */
  readonly facts: readonly string[];
  /** How many resources Terraform manages in it. */
  readonly resources: number;
}

/** What decides a node's colour. */
export type Family = "compute" | "store" | "queue" | "network" | "security" | "other";

/**
 * - `flow`: data goes from `from` to `to`, by itself (a notification) or written by `from`;
 * - `grant`: the role of `from` may act on `to`;
 * - `key`: `to` encrypts what `from` holds, or reads and writes;
 * - `contract`: the stack `to` reads ids that the stack `from` publishes.
 */
export type EdgeKind = "flow" | "grant" | "key" | "contract";

export interface GraphEdge {
  readonly kind: EdgeKind;
  /** A node's id; a stack's name where the edge is a contract. */
  readonly from: string;
  readonly to: string;
  /** What goes along it; empty where the arrow says it all. */
  readonly labels: readonly EdgeLabel[];
}

/** Such as `read, write` and `events/`. */
export interface EdgeLabel {
  /** What a role may do: `read`, `write`, `delete`, `consume`, `send`, `start`, or an action's own name. Grants only. */
  readonly verbs: readonly string[];
  /** Prefixes in a bucket, or fields of a contract; empty where it is about the whole. */
  readonly names: readonly string[];
}

/** A grant whose resource is in none of the stacks. */
export interface ForeignGrant {
  readonly from: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}
