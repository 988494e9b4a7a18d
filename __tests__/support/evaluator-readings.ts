import { ACCOUNT, CALLS, ROLE, USER } from "./evaluator-calls";
import type { Case, Json } from "./evaluator-cases";

/** A case in words that say in AWS's language what ministack takes it for. */
type Reading = (one: Case) => Case;

/** ARN of who calls, as ministack has it: of a role that of its session. */
export const callerArn = ({ caller }: Case, account: string) =>
  caller === "person"
    ? `arn:aws:iam::${account}:user/${USER}`
    : `arn:aws:sts::${account}:assumed-role/${ROLE[caller]}/case`;

const replaced = (one: Case, pattern: RegExp, by: string): Case =>
  JSON.parse(JSON.stringify(one).replaceAll(pattern, by));

const withNames = (one: Case, replace: (name: string) => string): Case => ({
  ...one,
  resource:
    one.resource?.map((statement) => ({ ...statement, Principal: named(statement.Principal, replace) })) ??
    null,
});

function named(principal: unknown, replace: (name: string) => string): unknown {
  return JSON.parse(JSON.stringify(principal === "*" ? { AWS: "*" } : principal), (_, value) =>
    typeof value === "string" ? replace(value) : value,
  );
}

/**
 * Where ministack 1.5.33 reads otherwise than AWS documents; the evaluation follows AWS.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export const MINISTACK_READS: Readonly<Record<string, Reading>> = {
  "a variable as letters, where AWS puts in the request's value": (one) =>
    replaced(one, /\$\{aws:[^}]*\}/g, "variable"),
  "aws:PrincipalArn as the session's, where AWS gives the role's": (one) =>
    replaced(one, /aws:PrincipalArn/g, "aws:userid"),
  "a trust policy as never enough, where AWS asks no more of one that names the caller": (one) =>
    one.call === "assumeRole" && one.caller !== "foreign"
      ? withNames(one, (name) => (isCaller(one, name) ? `arn:aws:iam::${ACCOUNT}:root` : name))
      : one,
  "another account's caller of a bucket as the account, where AWS knows the role and its tags": (one) =>
    one.caller === "foreign" && CALLS[one.call].action.startsWith("s3:")
      ? withNames({ ...one, resource: one.resource?.map(tagless) ?? null }, (name) =>
          name.replace(`role/${ROLE.foreign}`, "role/nobody"),
        )
      : one,
  "aws:ResourceAccount of a bucket as the caller's, where AWS gives the owner's": (one) =>
    CALLS[one.call].action.startsWith("s3:")
      ? replaced(one, /aws:ResourceAccount/g, "aws:PrincipalAccount")
      : one,
  "a refusal of a queue without the caller's tags as well, where AWS knows them": (one) =>
    CALLS[one.call].action.startsWith("sqs:")
      ? { ...one, resource: one.resource?.flatMap(refusedTwice) ?? null }
      : one,
};

/** What a statement says of a caller without tags. */
const tagless = (statement: Json): Json =>
  JSON.parse(JSON.stringify(statement).replaceAll(/aws:PrincipalTag\/team/gi, "aws:SourceAccount"));

const refusedTwice = (statement: Json): Json[] =>
  statement.Effect === "Deny" ? [statement, tagless(statement)] : [statement];

function isCaller(one: Case, name: string): boolean {
  const role = one.caller === "person" ? [] : [`arn:aws:iam::${ACCOUNT}:role/${ROLE[one.caller]}`];
  return ["*", callerArn(one, ACCOUNT), ...role].includes(name);
}
