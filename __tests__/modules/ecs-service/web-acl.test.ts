import type { LoadBalancerProps } from "../../../modules/ecs-service/balancer/balancer-props";
import { firewallLogGroup } from "../../../modules/ecs-service/balancer/web-acl";
import { aBalancer } from "../../support/balancer";
import { statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

const KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/1";
const ACL_ARN = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/shared/1";
const guarded = (props: Partial<LoadBalancerProps> = {}) =>
  synth((stack) => aBalancer(stack, { waf: true, keyArn: KEY_ARN, ...props }));

const visible = (metric_name: string) => ({
  metric_name,
  cloudwatch_metrics_enabled: true,
  sampled_requests_enabled: true,
});

test("is not made unless told so", () => {
  const tf = synth((stack) => aBalancer(stack));
  expect(tf.all("aws_wafv2_web_acl")).toEqual([]);
  expect(tf.all("aws_wafv2_web_acl_association")).toEqual([]);
});

test("limits requests first, then looks for common attacks and known bad inputs, and counts who hides", () => {
  guarded().one("aws_wafv2_web_acl", {
    name: "shop-web",
    scope: "REGIONAL",
    default_action: { allow: {} },
    rule: [
      {
        name: "request-limit",
        priority: 0,
        action: { block: {} },
        statement: { rate_based_statement: { limit: 2_000, aggregate_key_type: "IP" } },
        visibility_config: visible("request-limit"),
      },
      {
        name: "common",
        priority: 1,
        override_action: { none: {} },
        statement: {
          managed_rule_group_statement: { vendor_name: "AWS", name: "AWSManagedRulesCommonRuleSet" },
        },
        visibility_config: visible("common"),
      },
      {
        name: "known-bad-inputs",
        priority: 2,
        override_action: { none: {} },
        statement: {
          managed_rule_group_statement: { vendor_name: "AWS", name: "AWSManagedRulesKnownBadInputsRuleSet" },
        },
        visibility_config: visible("known-bad-inputs"),
      },
      {
        name: "anonymous",
        priority: 3,
        override_action: { count: {} },
        statement: {
          managed_rule_group_statement: { vendor_name: "AWS", name: "AWSManagedRulesAnonymousIpList" },
        },
        visibility_config: visible("anonymous"),
      },
    ],
  });
});

test("limits as told, and only counts the rules that it is told", () => {
  const tf = guarded({ wafRequestLimit: 500, wafCountedRules: ["SizeRestrictions_BODY"] });
  tf.one("aws_wafv2_web_acl", {
    rule: [
      expect.objectContaining({
        statement: { rate_based_statement: { limit: 500, aggregate_key_type: "IP" } },
      }),
      expect.objectContaining({
        statement: {
          managed_rule_group_statement: {
            vendor_name: "AWS",
            name: "AWSManagedRulesCommonRuleSet",
            rule_action_override: [{ name: "SizeRestrictions_BODY", action_to_use: { count: {} } }],
          },
        },
      }),
      expect.anything(),
      expect.anything(),
    ],
  });
});

test("refuses who hides when told so", () => {
  const { rule } = guarded({ wafRefuseAnonymous: true }).one("aws_wafv2_web_acl");
  expect(rule).toContainEqual(expect.objectContaining({ name: "anonymous", override_action: { none: {} } }));
});

test("stands before the load balancer", () => {
  const { resource_arn, web_acl_arn } = guarded().one("aws_wafv2_web_acl_association");
  expect(resource_arn).toMatch(/^\$\{aws_lb\.Web_\w+\.arn}$/);
  expect(web_acl_arn).toMatch(/^\$\{aws_wafv2_web_acl\.Web_WebAcl_\w+\.arn}$/);
});

test("may be one that is there, and then none is made", () => {
  const tf = synth((stack) => aBalancer(stack, { webAclArn: ACL_ARN }));
  tf.one("aws_wafv2_web_acl_association", { web_acl_arn: ACL_ARN });
  expect(tf.all("aws_wafv2_web_acl")).toEqual([]);
});

describe("its log", () => {
  test("is encrypted, forgets, and has the name that AWS wants", () => {
    expect(firewallLogGroup("shop-web")).toBe("aws-waf-logs-shop-web");
    guarded({ wafLogRetentionDays: 30 }).one("aws_cloudwatch_log_group", {
      name: "aws-waf-logs-shop-web",
      kms_key_id: KEY_ARN,
      retention_in_days: 30,
    });
  });

  test("holds no header by which a reader could be another user", () => {
    guarded().one("aws_wafv2_web_acl_logging_configuration", {
      redacted_fields: [{ single_header: { name: "authorization" } }, { single_header: { name: "cookie" } }],
    });
  });

  test("is written by AWS's delivery of logs of this account, once it may", () => {
    const tf = guarded();
    const { policy_document } = tf.one("aws_cloudwatch_log_resource_policy");
    expect(statementsOf(policy_document)).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "arn:aws:logs:eu-central-1:123456789012:log-group:aws-waf-logs-shop-web:*",
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:logs:eu-central-1:123456789012:*" },
        },
      },
    ]);
    expect(tf.one("aws_wafv2_web_acl_logging_configuration").depends_on).toEqual([
      expect.stringMatching(/^aws_cloudwatch_log_resource_policy\./),
    ]);
  });
});

test.each<[string, Partial<LoadBalancerProps>, string]>([
  ["two web ACLs", { webAclArn: ACL_ARN }, "waf or webAclArn must be set, and not both, got both"],
  ["a log without a key", { keyArn: undefined }, "keyArn must be set where waf makes a log, got nothing"],
  [
    "a limit that AWS lacks",
    { wafRequestLimit: 9 },
    "wafRequestLimit must be a whole number of 10 to 2000000000, got 9",
  ],
])("rejects %s", (_, props, message) => {
  expect(messageOf(() => guarded(props))).toBe(`Test/Web: ${message}`);
});
