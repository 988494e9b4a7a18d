import type { AccessRequest, ApplicablePolicies, Decision } from "./access-request";
import type { Catalogue } from "./catalogue";
import { EvaluationError } from "./evaluation-error";
import { type Match, matchesIn } from "./matching";
import type { Policy, PolicyStatement } from "./policy";
import { accountOf } from "./principal";
import { questionOf, type Turn, whoseTurn } from "./request";

/**
 * Whether AWS allows a call. An explicit deny wins. In one account identity or resource must allow, across accounts both; a key
 * and a role that is taken decide themselves, and leave it to the account where they name only that.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 * @throws EvaluationError on what the evaluation does not know
 */
export function decide(request: AccessRequest, policies: ApplicablePolicies, catalogue: Catalogue): Decision {
  const question = questionOf(request, policies, catalogue);
  const find = (policy: Policy | null | undefined) => (policy ? matchesIn(policy, question) : []);
  const found: Found = {
    identity: policies.identity.flatMap(find),
    limits: [policies.boundary, policies.session].flatMap((policy) =>
      policy ? [{ name: policy.name, matches: find(policy) }] : [],
    ),
    resource: find(policies.resource),
  };
  const all = [...found.identity, ...found.limits.flatMap(({ matches }) => matches), ...found.resource];
  const denies = all.filter(({ statement }) => statement.effect === "Deny");
  if (denies.length > 0) return told("denied", "a statement denies it", denies);
  return accountOf(request.principal) === undefined ? ofStranger(found) : ofAccount(request, found);
}

/** What speaks of a call. */
interface Found {
  readonly identity: readonly Match[];
  readonly limits: readonly { readonly name: string; readonly matches: readonly Match[] }[];
  readonly resource: readonly Match[];
}

/** Services, tokens and nobody have no policies of their own. */
function ofStranger({ resource }: Found): Decision {
  const named = resource.filter(({ naming }) => naming === "itself");
  return named.length > 0
    ? told("allowed", "the resource allows it", named)
    : told("denied", "the resource does not allow it");
}

function ofAccount(request: AccessRequest, found: Found): Decision {
  const { identity, limits, resource } = found;
  const sameAccount = accountOf(request.principal) === request.resource.account;
  const alone = sameAccount ? sufficient(whoseTurn(request), found) : [];
  if (alone.length > 0) return told("allowed", "the resource allows it", alone);

  const needed = !sameAccount || whoseTurn(request) !== "any";
  const beyond = limits.filter(({ matches }) => matches.length === 0);
  if (identity.length > 0 && beyond.length === 0 && (!needed || resource.length > 0)) {
    const because = needed ? "identity and resource allow it" : "the identity's policies allow it";
    const within = limits.flatMap(({ matches }) => matches);
    return told("allowed", because, [...identity, ...within, ...(needed ? resource : [])]);
  }
  const missing = [
    ...(identity.length === 0 ? ["no policy of the identity allows it"] : []),
    ...beyond.map(({ name }) => `${name} does not allow it`),
    ...(needed && resource.length === 0 ? ["the resource does not allow it"] : []),
  ];
  return told("denied", missing.join(", "));
}

/**
 * The statements of a resource that are enough in its own account. One that names the session or the user is so whatever
 * boundary and session policy leave out, and so is `*` with a condition on `aws:PrincipalArn`; one that names the role
 * only within them, as does a trust policy.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
 * @throws EvaluationError on `*` without that condition, beyond a limit: AWS does not say
 */
function sufficient(turn: Turn, { limits, resource }: Found): readonly Match[] {
  if (limits.every(({ matches }) => matches.length > 0))
    return resource.filter(({ naming }) => naming !== "account");
  if (turn === "role") return [];
  const itself = resource.filter(({ naming }) => naming === "itself");
  const clear = itself.filter(({ statement }) => isClear(statement));
  const [unclear] = itself;
  if (clear.length > 0 || unclear === undefined) return clear;
  const rule = "* must go with aws:PrincipalArn to decide where a limit does not allow it, got none";
  throw new EvaluationError(unclear.statement.place, rule);
}

const isClear = ({ names, conditions }: PolicyStatement) =>
  names?.everyone === "none" || conditions.some(({ key }) => /^aws:PrincipalArn$/i.test(key));

function told(decision: Decision["decision"], because: string, matches: readonly Match[] = []): Decision {
  const statements = matches.map(({ statement }) => statement.place);
  return {
    decision,
    because: statements.length > 0 ? `${because}: ${statements.join("; ")}` : because,
    statements,
  };
}
