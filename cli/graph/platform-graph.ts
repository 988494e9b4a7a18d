import { contractsIn } from "./contracts";
import { flowsIn } from "./flows";
import { grantsIn } from "./grants";
import { keysIn } from "./keys";
import { textOf } from "./label";
import type { EdgeKind, GraphEdge, PlatformGraph } from "./model";
import { nodesOf } from "./nodes";
import { type Block, listOf, Resources, type SynthesisedStack } from "./resources";

const KIND_ORDER: readonly EdgeKind[] = ["flow", "grant", "contract", "key"];

/**
 * The graph of a platform, from its synthesised JSON alone: the same stacks, in whatever order their blocks are
 * written, give the same graph.
 *
 * @param stacks in order of dependency
 */
export function platformGraph(stacks: readonly SynthesisedStack[]): PlatformGraph {
  const place = placeOf(stacks);
  const resources = new Resources(stacks, `${place.region}:${place.account}`);
  const { grants, flows, elsewhere } = grantsIn(resources);
  const nodes = stacks.map(({ name }) => ({
    name,
    nodes: nodesOf(resources.all.filter(({ stack }) => stack === name)).sort(by(({ id }) => id)),
  }));
  const drawn = new Set(nodes.flatMap(({ name, nodes }) => [name, ...nodes.map(({ id }) => id)]));
  const edges = [
    ...flowsIn(resources),
    ...flows,
    ...grants,
    ...contractsIn(stacks, resources),
    ...keysIn(resources),
  ];
  return {
    ...place,
    stacks: nodes,
    edges: merged(edges.filter(({ from, to }) => drawn.has(from) && drawn.has(to))).sort(
      by(({ kind, from, to }) => `${KIND_ORDER.indexOf(kind)} ${from} ${to}`),
    ),
    elsewhere: [...elsewhere].sort(by(({ from, resource }) => `${from} ${resource}`)),
  };
}

/** Where the platform lives, as its providers say; the first that says it. */
function placeOf(stacks: readonly SynthesisedStack[]) {
  const providers = stacks.flatMap(({ json }) => json.provider?.aws ?? []);
  const first = (value: (provider: Block) => unknown) =>
    String(providers.map(value).find((found) => found !== undefined) ?? "");
  const tag = (name: string) => (provider: Block) => {
    const [defaults] = listOf(provider.default_tags as Block | readonly Block[] | undefined);
    return (defaults?.tags as Block | undefined)?.[name];
  };
  return {
    project: first(tag("project")),
    environment: first(tag("environment")),
    account: first(({ allowed_account_ids: ids }) => (ids as readonly string[] | undefined)?.[0]),
    region: first(({ region }) => region),
  };
}

/** One edge for each kind and direction, with the labels of all. */
function merged(edges: readonly GraphEdge[]): GraphEdge[] {
  const known = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const name = `${edge.kind} ${edge.from} ${edge.to}`;
    const labels = [...(known.get(name)?.labels ?? []), ...edge.labels];
    known.set(name, { ...edge, labels: labels.sort(by(textOf)) });
  }
  return [...known.values()];
}

/** Compares by code unit: no locale, so the same everywhere. */
function by<T>(text: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);
}
