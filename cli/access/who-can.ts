import { type Catalogue, EvaluationError } from "../../modules/iam/evaluation";
import { matchesResource } from "../../modules/iam/evaluation/wildcards";
import { CommandError } from "../failure";
import type { AccessMap } from "./access-map";

/** A role that may, by the resource that its policy names, under conditions. */
export interface Grant {
  readonly role: string;
  readonly resource: string;
  readonly when: readonly string[];
}

/**
 * Roles whose policies allow an action on a resource, where the conditions hold.
 *
 * @throws CommandError when AWS has no such action
 */
export function whoCan(
  { roles }: AccessMap,
  action: string,
  arn: string,
  catalogue: Catalogue,
): { readonly action: string; readonly arn: string; readonly grants: readonly Grant[] } {
  const { name } = known(action, catalogue);
  const grants = roles.flatMap(({ role, may }) =>
    may
      .filter((permission) => permission.action === name && matchesResource(permission.resource, arn))
      .map(({ resource, when }) => ({ role, resource, when })),
  );
  return { action: name, arn, grants };
}

function known(action: string, catalogue: Catalogue) {
  try {
    return catalogue.action(action);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new CommandError({ message: `AWS has no action ${action}`, next: "write it as s3:GetObject" });
  }
}
