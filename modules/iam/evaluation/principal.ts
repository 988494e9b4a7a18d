import { EvaluationError } from "./evaluation-error";
import type { Names } from "./policy";

/** Who asks. A role asks by a session of it. */
export type Principal =
  | {
      readonly type: "role";
      /** `arn:aws:iam::<account>:role/<path and name>`. */
      readonly arn: string;
      readonly session: string;
      /** Its tags, and those of the session. */
      readonly tags: Readonly<Record<string, string>>;
    }
  | { readonly type: "user"; readonly arn: string; readonly tags: Readonly<Record<string, string>> }
  /** A service of AWS in its own name, such as `s3.amazonaws.com`. */
  | { readonly type: "service"; readonly name: string }
  /** Who shows a token; `provider` is the ARN of the provider in IAM. */
  | { readonly type: "federated"; readonly provider: string }
  | { readonly type: "anonymous" };

/**
 * How a policy of a resource names who asks: itself (as everybody does, too), by its role, which leaves boundary and session in
 * force, or by its account alone, which leaves the rest to the account.
 */
export type Naming = "itself" | "role" | "account";

/** The account that a principal belongs to; none for a service, a token and nobody. */
export function accountOf(principal: Principal): string | undefined {
  return principal.type === "role" || principal.type === "user" ? principal.arn.split(":")[4] : undefined;
}

/** ARN of a role's session: it has the role's name without the path. */
export function sessionArn({ arn, session }: Extract<Principal, { type: "role" }>): string {
  const [, partition, , , account] = arn.split(":");
  return `arn:${partition}:sts::${account}:assumed-role/${arn.split("/").pop()}/${session}`;
}

export function nameOf(principal: Principal): string {
  if (principal.type === "role") return sessionArn(principal);
  if (principal.type === "user") return principal.arn;
  if (principal.type === "service") return principal.name;
  return principal.type === "federated" ? principal.provider : "anonymous";
}

/** All keys of the request that follow from who asks; what is not among them the request must say. */
export function principalKeys(principal: Principal): Record<string, string | null> {
  if (principal.type === "anonymous") {
    return {
      ...{ "aws:PrincipalArn": null, "aws:PrincipalAccount": null, "aws:PrincipalType": "Anonymous" },
      ...{ "aws:username": null, "aws:PrincipalTag/*": null, "aws:PrincipalIsAWSService": "false" },
    };
  }
  if (principal.type === "service") {
    return {
      ...{ "aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": principal.name },
      ...{ "aws:username": null, "aws:PrincipalTag/*": null },
    };
  }
  if (principal.type === "federated") return { "aws:PrincipalIsAWSService": "false", "aws:username": null };
  const tags = Object.entries(principal.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return {
    "aws:PrincipalArn": principal.arn,
    "aws:PrincipalAccount": accountOf(principal) ?? null,
    "aws:PrincipalType": principal.type === "role" ? "AssumedRole" : "User",
    "aws:username": principal.type === "user" ? (principal.arn.split("/").pop() ?? null) : null,
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalServiceName": null,
    "aws:PrincipalTag/*": null,
    ...Object.fromEntries(tags),
  };
}

/**
 * How strongly `names` name the principal; undefined where they do not.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * @throws EvaluationError on `{"AWS": "*"}` for a service or a token: AWS does not say whether that is everybody
 */
export function namingOf(names: Names, principal: Principal): Naming | undefined {
  if (names.everyone === "all") return "itself";
  if (principal.type === "service" || principal.type === "federated") {
    const listed = [...names.services, ...names.federated].includes(nameOf(principal));
    if (listed || names.everyone === "none") return listed ? "itself" : undefined;
    throw new EvaluationError("Principal", `{"AWS": "*"} must not decide on ${nameOf(principal)}, got that`);
  }
  if (names.everyone === "accounts") return "itself";
  if (principal.type === "anonymous") return undefined;
  if (names.aws.includes(nameOf(principal))) return "itself";
  if (names.aws.includes(principal.arn)) return "role";
  return names.aws.some((name) => isAccount(name, accountOf(principal))) ? "account" : undefined;
}

export const isAccount = (name: string, account: string | undefined) =>
  name === account || new RegExp(`^arn:[a-z-]+:iam::${account}:root$`).test(name);
