import type { IConstruct } from "constructs";
import { accountOf, arnOf } from "../../shared";
import type { BoundaryNames } from "../boundary-table";
import type { Conditions } from "../statement";

/** How deploy roles name what an environment deploys. */
export interface DeployPlaces {
  /** `<project>-<environment>`. */
  readonly base: string;
  /** The same with `_`, where a name takes no `-`. */
  readonly word: string;
  readonly project: string;
  readonly environment: string;
  /** ARNs in account and region. */
  arn(service: string, ...resources: string[]): string[];
  /** ARNs without account and region, or with the account alone. */
  globalArn(service: string, account: "" | "account", ...resources: string[]): string[];
  /** What there is carries the environment's tags. */
  readonly tagged: Conditions;
  /** What is made is given them. */
  readonly tagging: Conditions;
  /** Keys with the environment's alias. */
  readonly ofAlias: Conditions;
}

/** The stacks tag all that they make with `project` and `environment`: default tags of the provider. */
export function deployPlaces(
  scope: IConstruct,
  { project, environment, keyAlias }: BoundaryNames,
): DeployPlaces {
  const { partition, accountId } = accountOf(scope);
  const base = `${project}-${environment}`;
  const tags = (key: string) => ({
    StringEquals: { [`aws:${key}/project`]: project, [`aws:${key}/environment`]: environment },
  });
  return {
    ...{ base, word: base.replaceAll("-", "_"), project, environment },
    arn: (service, ...resources) => resources.map((resource) => arnOf(scope, service, resource)),
    globalArn: (service, account, ...resources) =>
      resources.map(
        (resource) => `arn:${partition}:${service}::${account === "" ? "" : accountId}:${resource}`,
      ),
    tagged: tags("ResourceTag"),
    tagging: tags("RequestTag"),
    ofAlias: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": keyAlias } },
  };
}
