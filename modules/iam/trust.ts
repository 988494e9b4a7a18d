import type { IConstruct } from "constructs";
import { accountOf, arnOf } from "../shared";
import type { Conditions } from "./statement";

/** Who may take a role: one service, or principals of the account. */
export interface TrustProps {
  /** The one service that may take the role, such as `lambda.amazonaws.com`. Either this or `principals`. */
  readonly service?: string;
  /**
   * ARNs of the roles and users of this account that may take the role; `*` stands for a part of a name, as in that of
   * a role that AWS makes. Either this or `service`.
   */
  readonly principals?: readonly string[];
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
 * again under its name: so principals are a condition on the account.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export function trustJson(scope: IConstruct, { service, principals, sourceArn }: TrustProps): string {
  const principal = service === undefined ? { AWS: arnOf(scope, "iam", "root") } : { Service: service };
  const conditions = conditionsOf(scope, principals, sourceArn);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: principal,
        Action: "sts:AssumeRole",
        ...(conditions ? { Condition: conditions } : {}),
      },
    ],
  });
}

function conditionsOf(
  scope: IConstruct,
  principals: readonly string[] | undefined,
  sourceArn: string | undefined,
): Conditions | undefined {
  if (principals)
    return { ArnLike: { "aws:PrincipalArn": principals.length === 1 ? principals.join() : principals } };
  if (sourceArn === undefined) return undefined;
  return {
    StringEquals: { "aws:SourceAccount": accountOf(scope).accountId },
    ArnLike: { "aws:SourceArn": sourceArn },
  };
}

export function trustMistakes(scope: IConstruct, { service, principals, sourceArn }: TrustProps): string[] {
  const { accountId } = accountOf(scope);
  // A name of stars alone would be everybody of the account.
  const admitted = new RegExp(`^arn:aws:iam::${accountId}:(role|user)/(?=.*\\w)[\\w+=,.@/*-]+$`);
  return [
    ...((service === undefined) === (principals === undefined)
      ? [`service or principals must be set, and not both, got ${service === undefined ? "neither" : "both"}`]
      : []),
    ...(principals?.length === 0 ? ["principals must hold at least one, got none"] : []),
    ...(principals ?? [])
      .filter((principal) => !admitted.test(principal))
      .map(
        (principal) => `principals must be roles or users of account ${accountId} by name, got ${principal}`,
      ),
    ...(sourceArn !== undefined && service === undefined
      ? [`sourceArn must go with a service, got ${sourceArn}`]
      : []),
  ];
}
