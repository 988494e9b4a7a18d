import { CloudwatchLogResourcePolicy } from "@cdktf/provider-aws/lib/cloudwatch-log-resource-policy";
import { Wafv2WebAcl } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { Wafv2WebAclLoggingConfiguration } from "@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration";
import { Construct } from "constructs";
import { policyJson } from "../../iam";
import { accountOf, arnOf } from "../../shared";
import { LogGroup } from "../../storage";

/** Name of the log group of a load balancer's web ACL, for the policy of its key: AWS takes no other beginning. */
export const firewallLogGroup = (name: string) => `aws-waf-logs-${name}`;

/** Headers by which somebody who reads the log could be another user. */
const REDACTED_HEADERS = ["authorization", "cookie"];

export interface WebAclProps {
  readonly name: string;
  /** Requests of one address in five minutes. */
  readonly requestLimit: number;
  /** Common rules that only count. */
  readonly countedRules: readonly string[];
  /** Whether clients that hide who they are get nothing, or are counted only. */
  readonly refuseAnonymous: boolean;
  /** ARN of the key that encrypts the log. */
  readonly keyArn: string;
  readonly logRetentionDays: number;
}

/**
 * What is refused before it reaches a load balancer, and a log of all requests.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-ip-rep.html
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
 */
export class WebAcl extends Construct {
  readonly logGroup: LogGroup;
  readonly resource: Wafv2WebAcl;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: WebAclProps,
  ) {
    super(scope, id);
    const { name } = props;
    this.resource = new Wafv2WebAcl(this, "Resource", {
      name,
      description: `Guards ${name}`,
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rule: this.rules(),
      visibilityConfig: visible(name),
    });
    this.logGroup = this.createLog();
  }

  /** The limit is first: what is refused there costs the other rules nothing. */
  private rules() {
    const { requestLimit, countedRules, refuseAnonymous } = this.props;
    return [
      {
        name: "request-limit",
        priority: 0,
        action: { block: {} },
        statement: { rate_based_statement: { limit: requestLimit, aggregate_key_type: "IP" } },
        visibilityConfig: visible("request-limit"),
      },
      managed("common", 1, "AWSManagedRulesCommonRuleSet", countedRules),
      managed("known-bad-inputs", 2, "AWSManagedRulesKnownBadInputsRuleSet"),
      {
        ...managed("anonymous", 3, "AWSManagedRulesAnonymousIpList"),
        overrideAction: refuseAnonymous ? { none: {} } : { count: {} },
      },
    ];
  }

  /** @see https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html */
  private createLog(): LogGroup {
    const { name, keyArn, logRetentionDays: retentionDays } = this.props;
    const logGroup = new LogGroup(this, "Log", {
      logGroupName: firewallLogGroup(name),
      keyArn,
      retentionDays,
    });
    const policy = new CloudwatchLogResourcePolicy(this, "LogPolicy", {
      policyName: firewallLogGroup(name),
      policyDocument: policyJson([
        {
          principal: { Service: "delivery.logs.amazonaws.com" },
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${logGroup.logGroupArn}:*`],
          conditions: {
            StringEquals: { "aws:SourceAccount": accountOf(this).accountId },
            ArnLike: { "aws:SourceArn": arnOf(this, "logs", "*") },
          },
        },
      ]),
    });
    new Wafv2WebAclLoggingConfiguration(this, "Logging", {
      resourceArn: this.resource.arn,
      logDestinationConfigs: [logGroup.resource.arn],
      redactedFields: REDACTED_HEADERS.map((header) => ({ singleHeader: { name: header } })),
      dependsOn: [policy],
    });
    return logGroup;
  }
}

/** The provider has no type for statements: they are written as Terraform reads them. */
function managed(name: string, priority: number, group: string, countedRules: readonly string[] = []) {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managed_rule_group_statement: {
        vendor_name: "AWS",
        name: group,
        ...(countedRules.length > 0
          ? {
              rule_action_override: countedRules.map((rule) => ({
                name: rule,
                action_to_use: { count: {} },
              })),
            }
          : {}),
      },
    },
    visibilityConfig: visible(name),
  };
}

function visible(metricName: string) {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
