import { DEPLOY_STAR_ACTIONS } from "./deploy-star-actions";
import { STAR_ACTIONS } from "./star-actions";
import type { Statement } from "./statement";

/** What is wrong with a statement: an empty list, an action that is not exact, a resource that is not a literal ARN. */
export function statementMistakes({ actions, resources }: Statement): string[] {
  const takesStar = actions.every((action) => reasonForStar(action) !== undefined);
  return [
    ...(actions.length > 0 ? [] : ["actions must hold at least one, got none"]),
    ...(resources.length > 0 ? [] : ["resources must hold at least one, got none"]),
    ...actions
      .filter((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action))
      .map((action) => `actions must be exact, got ${action}`),
    ...resources
      .filter((resource) => !(resource === "*" && takesStar))
      .filter((resource) => !/^arn:aws:[a-z0-9-]+:[^:$]*:[^:$]*:[^$]+$/.test(resource))
      .map((resource) => `resources must be literal ARNs, got ${resource}`),
  ];
}

/** Why AWS allows an action on `*` only; none where it can name its resources. */
export function reasonForStar(action: string): string | undefined {
  return [STAR_ACTIONS, DEPLOY_STAR_ACTIONS].find((list) => Object.hasOwn(list, action))?.[action];
}
