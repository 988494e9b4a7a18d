import { meets, objectsOf, type Place } from "./pattern";

/** A stage as the graph sees it: what it is told of, and what its role may write. */
export interface StageFlow {
  readonly name: string;
  readonly reads: readonly Place[];
  /** Resources of S3 that it may write, as policies name them. */
  readonly writes: readonly string[];
}

interface Edge {
  readonly to: StageFlow;
  /** What the next stage reads and this one may write. */
  readonly place: Place;
}

/**
 * The ways by which a stage would be told of its own work for ever: itself, or through others. One mistake for each
 * way back, which names the whole way round.
 */
export function cyclesIn(stages: readonly StageFlow[]): string[] {
  const edges = edgesOf(stages);
  const done = new Set<StageFlow>();
  const mistakes: string[] = [];
  const follow = (stage: StageFlow, way: readonly (readonly [StageFlow, Place])[]) => {
    for (const { to, place } of edges.get(stage) ?? []) {
      const here = [...way, [stage, place] as const];
      const start = here.findIndex(([known]) => known === to);
      if (start >= 0) mistakes.push(describe(here.slice(start), to));
      else if (!done.has(to)) follow(to, here);
    }
    done.add(stage);
  };
  for (const stage of stages) if (!done.has(stage)) follow(stage, []);
  return mistakes;
}

function describe(way: readonly (readonly [StageFlow, Place])[], start: StageFlow): string {
  const steps = way.map(([stage, place]) => `${stage.name} → ${describePlace(place)}`);
  return (
    `${start.name}: must not write where it reads, itself or through others, got ` +
    `${[...steps, start.name].join(" → ")}: write under another prefix`
  );
}

export function describePlace({ bucket, prefix, suffix }: Place): string {
  return `${bucket}/${prefix}${suffix === "" ? "" : `*${suffix}`}`;
}

/** Stages meet in a bucket, and S3 tells of one bucket in 100 ways at most, so that no bucket has many pairs. */
function edgesOf(stages: readonly StageFlow[]): Map<StageFlow, Edge[]> {
  const readers = new Map<string, Edge[]>();
  for (const to of stages) {
    for (const place of to.reads)
      readers.set(place.bucket, [...(readers.get(place.bucket) ?? []), { to, place }]);
  }
  const all = [...readers.values()].flat();
  return new Map(
    stages.map((stage) => {
      const edges = stage.writes.flatMap((resource) => {
        const pattern = objectsOf(resource);
        if (!pattern) return [];
        const slash = pattern.stem.indexOf("/");
        const near = slash < 0 ? all : (readers.get(pattern.stem.slice(0, slash)) ?? []);
        return near.filter(({ place }) => meets(pattern, place));
      });
      return [stage, [...new Map(edges.map((edge) => [edge.to, edge])).values()]];
    }),
  );
}
