import type { ContainerCondition, HealthCommand } from "./task-props";

interface Ordered {
  readonly name: string;
  readonly essential?: boolean;
  readonly healthCommand?: HealthCommand;
  readonly dependsOn?: Readonly<Record<string, ContainerCondition>>;
}

/**
 * What is wrong with the order in which containers start: a container that is not there, a condition that it cannot
 * meet, or a circle.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
 */
export function orderMistakes(containers: readonly Ordered[]): string[] {
  const known = new Map(containers.map((container) => [container.name, container]));
  const circle = containers.find(({ name }) => reaches(known, name, name));
  return [
    ...containers.flatMap(({ name, dependsOn = {} }) =>
      Object.entries(dependsOn).flatMap(([other, condition]) =>
        conditionMistakes(name, other, condition, known.get(other)),
      ),
    ),
    ...(circle ? [`dependsOn must not lead back, got ${circle.name} that waits for itself`] : []),
  ];
}

function conditionMistakes(
  name: string,
  other: string,
  condition: ContainerCondition,
  container: Ordered | undefined,
): string[] {
  if (container === undefined)
    return [`dependsOn of ${name} must name a container of the task, got ${other}`];
  const { essential = true, healthCommand } = container;
  if (condition === "HEALTHY" && healthCommand === undefined) {
    return [`dependsOn of ${name} must be START where ${other} has no healthCommand, got HEALTHY`];
  }
  if ((condition === "COMPLETE" || condition === "SUCCESS") && essential) {
    return [`dependsOn of ${name} must be START or HEALTHY where ${other} is essential, got ${condition}`];
  }
  return [];
}

/** Whether `from` waits for `to`, by whatever way. */
function reaches(
  known: ReadonlyMap<string, Ordered>,
  from: string,
  to: string,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  return Object.keys(known.get(from)?.dependsOn ?? {}).some(
    (next) => next === to || (!seen.has(next) && reaches(known, next, to, new Set([...seen, next]))),
  );
}
