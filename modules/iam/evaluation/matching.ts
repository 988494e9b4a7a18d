import { holds } from "./condition";
import type { Context } from "./context";
import { EvaluationError } from "./evaluation-error";
import type { Names, Patterns, Policy, PolicyStatement } from "./policy";
import { accountOf, isAccount, type Naming, nameOf, namingOf, type Principal } from "./principal";
import { withValues } from "./variables";
import { matchesAction, matchesResource } from "./wildcards";

/** A request as statements are held against it. */
export interface Question {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
  /** Whether the principal has a permissions boundary. */
  readonly bounded: boolean;
}

/** A statement that speaks of the request. */
export interface Match {
  readonly statement: PolicyStatement;
  /** How it names who asks; the policy of an identity is its own. */
  readonly naming: Naming;
}

/**
 * Every statement of a policy that speaks of the request: all of them are asked, so that what is found does not hang
 * on their order.
 */
export function matchesIn(policy: Policy, question: Question): Match[] {
  return policy.statements.flatMap((statement) => {
    const naming = statement.names ? namedIn(statement.names, question) : "itself";
    return naming && speaksOf(statement, question) ? [{ statement, naming }] : [];
  });
}

function speaksOf({ actions, resources, conditions }: PolicyStatement, question: Question): boolean {
  const { action, resource, context } = question;
  const asked =
    isOf(actions, (pattern) => matchesAction(pattern, action)) &&
    (!resources || isOf(resources, (pattern) => matchesResource(withValues(pattern, context), resource)));
  return asked && conditions.map((condition) => holds(condition, context)).every(Boolean);
}

const isOf = ({ patterns, except }: Patterns, matches: (pattern: string) => boolean) =>
  patterns.map(matches).includes(true) !== except;

function namedIn(names: Names, question: Question): Naming | undefined {
  if (!names.except) return namingOf(names, question.principal);
  return isExcepted(names, question) ? undefined : "itself";
}

/**
 * `NotPrincipal` excepts a role where its session, the role and its account are named, a user where user and account are; and
 * never one with a boundary. What of less is not said.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
function isExcepted(names: Names, { principal, bounded }: Question): boolean {
  if (principal.type !== "role" && principal.type !== "user") return namingOf(names, principal) !== undefined;
  if (bounded) return false;
  const needed = [...new Set([nameOf(principal), principal.arn])];
  const found = [
    ...needed.map((arn) => names.aws.includes(arn)),
    names.aws.some((name) => isAccount(name, accountOf(principal))),
  ];
  if (!found.includes(true) || !found.includes(false)) return found.includes(true);
  throw new EvaluationError(
    "NotPrincipal",
    `must name ${[...needed, "the account"].join(", ")} or none of them, got some`,
  );
}
