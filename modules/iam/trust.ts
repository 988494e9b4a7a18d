import type { IConstruct } from "constructs";
import { accountOf, arnOf } from "../shared";
import { type OidcTrust, oidcConditions, oidcMistakes, oidcProviderArn } from "./oidc-trust";
import { POLICY_LIMITS, policySize } from "./policy-size";
import type { Conditions } from "./statement";

/** Who may take a role: one service, principals of this account or of others, or the jobs of an issuer of tokens. */
export interface TrustProps {
  /** The one service that may take the role, such as `lambda.amazonaws.com`. @default none */
  readonly service?: string;
  /**
   * ARNs of the roles and users of this account that may take the role; `*` stands for a part of a name, as in that of
   * a role that AWS makes. @default none
   */
  readonly principals?: readonly string[];
  /**
   * Lets them tag the session, as EMR does when it runs a job as a role. @default false
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
   */
  readonly sessionTags?: boolean;
  /** The same of other accounts. @default none */
  readonly foreignPrincipals?: readonly string[];
  /**
   * What foreign principals must send along, where they work for others as well: it tells for whom. @default nothing
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
   */
  readonly externalId?: string;
  /** Tokens of an issuer that IAM knows as a provider: audience and subjects. @default none */
  readonly oidc?: OidcTrust;
  /**
   * ARN of what the service works for, or a pattern of it: no other account and nothing else can make the service
   * take the role. Only where the service documents that it passes it. @default none
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
   */
  readonly sourceArn?: string;
}

/**
 * The policy that says who may take a role. AWS refuses a principal that does not exist, and forgets one that is made
 * again under its name: so principals are a condition on their account.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export function trustJson(scope: IConstruct, props: TrustProps): string {
  const conditions = conditionsOf(scope, props);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: principalOf(scope, props),
        Action: actionOf(props),
        ...(conditions ? { Condition: conditions } : {}),
      },
    ],
  });
}

function actionOf({ oidc, sessionTags = false }: TrustProps): string | readonly string[] {
  if (oidc) return "sts:AssumeRoleWithWebIdentity";
  return sessionTags ? ["sts:AssumeRole", "sts:TagSession"] : "sts:AssumeRole";
}

function principalOf(scope: IConstruct, { service, foreignPrincipals, oidc }: TrustProps) {
  if (service !== undefined) return { Service: service };
  if (oidc) return { Federated: oidcProviderArn(scope, oidc.issuer) };
  if (!foreignPrincipals) return { AWS: arnOf(scope, "iam", "root") };
  const accounts = [...new Set(foreignPrincipals.map((arn) => arn.split(":")[4]))].sort();
  return { AWS: one(accounts.map((account) => `arn:${accountOf(scope).partition}:iam::${account}:root`)) };
}

function conditionsOf(scope: IConstruct, props: TrustProps): Conditions | undefined {
  const { principals, foreignPrincipals, externalId, sourceArn, oidc } = props;
  const named = principals ?? foreignPrincipals;
  if (named) {
    return {
      ArnLike: { "aws:PrincipalArn": one(named) },
      ...(externalId === undefined ? {} : { StringEquals: { "sts:ExternalId": externalId } }),
    };
  }
  if (oidc) return oidcConditions(oidc);
  if (sourceArn === undefined) return undefined;
  return {
    StringEquals: { "aws:SourceAccount": accountOf(scope).accountId },
    ArnLike: { "aws:SourceArn": sourceArn },
  };
}

export function trustMistakes(scope: IConstruct, props: TrustProps): string[] {
  const { service, principals, foreignPrincipals, oidc, sourceArn, externalId } = props;
  const { accountId } = accountOf(scope);
  const given = Object.entries({ service, principals, foreignPrincipals, oidc })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  const mistakes = [
    ...(given.length === 1
      ? []
      : [
          `one of service, principals, foreignPrincipals and oidc must be set, got ${given.join(" and ") || "none"}`,
        ]),
    ...nameMistakes("principals", principals, `account ${accountId}`, accountId),
    ...nameMistakes("foreignPrincipals", foreignPrincipals, "other accounts", `(?!${accountId})\\d{12}`),
    ...(sourceArn !== undefined && service === undefined
      ? [`sourceArn must go with a service, got ${sourceArn}`]
      : []),
    ...externalIdMistakes(externalId, foreignPrincipals),
    ...(oidc ? oidcMistakes(oidc) : []),
  ];
  const size = mistakes.length > 0 ? 0 : policySize(trustJson(scope, props));
  return size <= POLICY_LIMITS.trust
    ? mistakes
    : [`the trust policy must fit into ${POLICY_LIMITS.trust} characters, got ${size}`];
}

/** A name of stars alone would be everybody of the account. */
function nameMistakes(prop: string, arns: readonly string[] | undefined, whose: string, account: string) {
  const admitted = new RegExp(`^arn:aws:iam::${account}:(role|user)/(?=.*\\w)[\\w+=,.@/*-]+$`);
  return [
    ...(arns?.length === 0 ? [`${prop} must hold at least one, got none`] : []),
    ...(arns ?? [])
      .filter((arn) => !admitted.test(arn))
      .map((arn) => `${prop} must be roles or users of ${whose} by name, got ${arn}`),
  ];
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
function externalIdMistakes(
  externalId: string | undefined,
  foreignPrincipals: readonly string[] | undefined,
) {
  if (externalId === undefined) return [];
  return [
    ...(foreignPrincipals ? [] : [`externalId must go with foreignPrincipals, got ${externalId}`]),
    ...(/^[\w+=,.@:/-]{2,1224}$/.test(externalId)
      ? []
      : [`externalId must be 2 to 1224 letters, digits and +=,.@:/-, got ${externalId || "nothing"}`]),
  ];
}

/** AWS gives a list of one back as a plain string. */
function one(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? values.join() : values;
}
