import type { IConstruct } from "constructs";
import { accountOf } from "../shared";
import type { Conditions } from "./statement";

/** Whose tokens let a role be taken. */
export interface OidcTrust {
  /** Host, and path where it has one, of the issuer: how IAM names its provider. */
  readonly issuer: string;
  /** What the token must be made for: its claim `aud`. */
  readonly audience: string;
  /** Who the token must be about: its claim `sub`, letter by letter. */
  readonly subjects: readonly string[];
  /** Patterns of `sub`, whose `*` comes behind the repository; what they admit is more than a list can say. @default none */
  readonly subjectPatterns?: readonly string[];
}

/** A literal ARN of the provider, wherever it is made. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html */
export function oidcProviderArn(scope: IConstruct, issuer: string): string {
  const { partition, accountId } = accountOf(scope);
  return `arn:${partition}:iam::${accountId}:oidc-provider/${issuer}`;
}

/**
 * AWS refuses a role for a shared issuer whose policy does not look at the subject.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 */
export function oidcConditions({ issuer, audience, subjects, subjectPatterns = [] }: OidcTrust): Conditions {
  const all = [...subjects, ...subjectPatterns];
  const subject = { [`${issuer}:sub`]: all.length === 1 ? all.join() : all };
  const exact = { [`${issuer}:aud`]: audience };
  return subjectPatterns.length === 0
    ? { StringEquals: { ...exact, ...subject } }
    : { StringEquals: exact, StringLike: subject };
}

export function oidcMistakes({ issuer, audience, subjects, subjectPatterns = [] }: OidcTrust): string[] {
  return [
    ...(/^[a-z0-9.-]+\.[a-z]+(\/[\w./-]+)?$/.test(issuer)
      ? []
      : [`oidc.issuer must be a host without https://, got ${issuer || "nothing"}`]),
    ...(audience === "" || /[*?$]/.test(audience)
      ? [`oidc.audience must be exact, got ${audience || "nothing"}`]
      : []),
    ...(subjects.length + subjectPatterns.length > 0
      ? []
      : ["oidc.subjects must hold at least one, got none"]),
    ...subjects
      .filter((subject) => subject === "" || /[*?$]/.test(subject))
      .map((subject) => `oidc.subjects must be exact, got ${subject || "nothing"}`),
    ...subjectPatterns
      .filter((pattern) => !/^[a-z_]+:[^*?:$/]+(\/[^*?:$/]+)+:[^?$]*\*[^?$]*$/.test(pattern))
      .map((pattern) => `oidc.subjectPatterns must name a repository before their *, got ${pattern}`),
  ];
}
