import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { ModuleError } from "./module-error";

/** Where a stack deploys to, as literal strings, so that every ARN is known before the first plan. */
export interface Account {
  /** AWS partition. Always `aws`: China and GovCloud have other endpoints and rules. */
  readonly partition: "aws";
  /** Twelve digits. */
  readonly accountId: string;
  /** Such as `eu-central-1`. */
  readonly region: string;
}

/**
 * Account and region of the stack around `scope`, read from its AWS provider: `region` and the single
 * entry of `allowedAccountIds`.
 *
 * @throws ModuleError when the stack's provider does not say both as literals
 */
export function accountOf(scope: IConstruct): Account {
  const provider = TerraformStack.of(scope)
    .allProviders()
    .find((candidate): candidate is AwsProvider => candidate.terraformResourceType === "aws");
  const [accountId, ...others] = provider?.allowedAccountIds ?? [];
  const region = provider?.region;
  if (!isLiteral(accountId) || others.length > 0 || !isLiteral(region)) {
    throw new ModuleError(
      scope,
      "the stack needs an AwsProvider with region and exactly one of allowedAccountIds, both literal, made before this module",
    );
  }
  return { partition: "aws", accountId, region };
}

/**
 * A literal ARN in the account and region of `scope`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function arnOf(scope: IConstruct, service: string, resource: string): string {
  const { partition, accountId, region } = accountOf(scope);
  return `arn:${partition}:${service}:${service === "iam" ? "" : region}:${accountId}:${resource}`;
}

function isLiteral(value: string | undefined): value is string {
  return value !== undefined && !Token.isUnresolved(value);
}
