import type { AccessRequest, ApplicablePolicies } from "./access-request";
import type { Catalogue } from "./catalogue";
import { Context } from "./context";
import { EvaluationError } from "./evaluation-error";
import type { Question } from "./matching";
import type { Policy, PolicyKind } from "./policy";
import { accountOf, nameOf, type Principal, principalKeys } from "./principal";

/** What must allow the call: whichever, the policy of a key, or that of a role which is taken. */
export type Turn = "any" | "key" | "role";

const TAKING = /^sts:(assumerole\w*|tagsession|setsourceidentity)$/i;

/**
 * Keys and roles have a policy in any case, which must allow the call.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function whoseTurn({ action, resource }: Pick<AccessRequest, "action" | "resource">): Turn {
  if (TAKING.test(action)) return "role";
  return /^arn:[^:]+:kms:[^:]*:\d*:key\//.test(resource.arn) ? "key" : "any";
}

/**
 * The call as statements are held against it.
 *
 * @throws EvaluationError on a call that there cannot be, or policies that do not go with it
 */
export function questionOf(
  request: AccessRequest,
  policies: ApplicablePolicies,
  catalogue: Catalogue,
): Question {
  const { principal, action, resource, context } = request;
  const { name } = catalogue.action(action);
  const mistakes = [
    ...principalMistakes(principal),
    ...resourceMistakes(request, catalogue),
    ...policyMistakes(request, policies),
  ];
  if (mistakes.length > 0) throw new EvaluationError(`${nameOf(principal)} ${name}`, mistakes);
  const owner = { "aws:ResourceAccount": resource.account };
  return {
    ...{ principal, action: name, resource: resource.arn },
    context: new Context(context, { ...principalKeys(principal), ...owner }),
    bounded: policies.boundary !== null,
  };
}

function principalMistakes(principal: Principal): string[] {
  if (principal.type !== "role" && principal.type !== "user") return [];
  const form = new RegExp(`^arn:aws[a-z-]*:iam::\\d{12}:${principal.type}/[\\w+=,.@/-]+$`);
  return form.test(principal.arn)
    ? []
    : [`principal must be the ARN of a ${principal.type}, got ${principal.arn}`];
}

function resourceMistakes({ action, resource }: AccessRequest, catalogue: Catalogue): string[] {
  const { arn, account } = resource;
  const said = arn.split(":")[4];
  return [
    ...(/^\d{12}$/.test(account)
      ? []
      : [`resource.account must have 12 digits, got ${account || "nothing"}`]),
    ...(said && /^\d+$/.test(said) && said !== account
      ? [`resource.account must be that of ${arn}, got ${account}`]
      : []),
    ...(arn !== "*" && /[*?$]/.test(arn.split(":").slice(0, 5).join(":"))
      ? [`resource.arn must be of one resource, got ${arn}`]
      : []),
    ...(catalogue.appliesTo(action, arn) ? [] : [`resource.arn must be what the action takes, got ${arn}`]),
  ];
}

function policyMistakes(request: AccessRequest, policies: ApplicablePolicies): string[] {
  const { identity, boundary, session = null, resource } = policies;
  const turn = whoseTurn(request);
  const own = [...identity, boundary, session].filter((policy) => policy !== null);
  const foreign = accountOf(request.principal) === undefined;
  return [
    ...own.flatMap((policy) => kindMistakes(policy, "identity")),
    ...(resource ? kindMistakes(resource, turn === "role" ? "trust" : "resource") : []),
    ...(resource === null && turn !== "any" ? [`a ${turn} must have a policy, got none`] : []),
    ...(foreign && own.length > 0
      ? [`a ${request.principal.type} has no policies, got ${own[0]?.name}`]
      : []),
  ];
}

const kindMistakes = ({ name, kind }: Policy, wanted: PolicyKind) =>
  kind === wanted ? [] : [`${name} must be of kind ${wanted}, got ${kind}`];
