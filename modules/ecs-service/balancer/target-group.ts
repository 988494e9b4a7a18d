import { createHash } from "node:crypto";
import type { LbListenerRuleCondition } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { ModuleError } from "../../shared";
import type { BalancerAction } from "./authentication";
import { type ServiceTargetsProps, TARGET_DEFAULTS, targetMistakes } from "./target-group-props";

const PROTOCOL = "HTTP";
const TARGET_TYPE = "ip";

/**
 * The tasks of a service behind a load balancer: by `hosts` and `paths` those requests, without them all that no other
 * service has. They speak HTTP: TLS ends at the load balancer, and only it is let in.
 */
export class ServiceTargets extends Construct {
  /** Literal. */
  readonly targetGroupName: string;
  /** How metrics name the targets; made by AWS. */
  readonly arnSuffix: string;
  /** How a scaling policy on requests names load balancer and targets; made by AWS. */
  readonly fullName: string;
  readonly resource: LbTargetGroup;
  /** What must be there before a service can register its tasks, for `dependsOn`: AWS wants the load balancer to know the targets. */
  readonly ready: ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServiceTargetsProps,
  ) {
    super(scope, id);
    const mistakes = targetMistakes(props);
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    this.targetGroupName = this.uniqueName();
    this.resource = this.createTargetGroup();
    this.arnSuffix = this.resource.arnSuffix;
    this.fullName = `${props.balancer.arnSuffix}/${this.arnSuffix}`;
    this.ready = [this.createRule(), ...this.createOpenRule()];
  }

  /**
   * A target group that cannot be changed is made again before the old one goes, so both need a name of their own: the
   * hash is of what cannot be changed. A VPC whose id Terraform learns is not in it: there, another VPC wants another
   * `name`.
   */
  private uniqueName(): string {
    const { name, vpcId, port } = this.props;
    const fixed = [Token.isUnresolved(vpcId) ? "" : vpcId, port, PROTOCOL, TARGET_TYPE];
    return `${name}-${createHash("sha256").update(fixed.join()).digest("hex").slice(0, 6)}`;
  }

  private createTargetGroup(): LbTargetGroup {
    const {
      vpcId,
      port,
      healthPath,
      healthIntervalSeconds = TARGET_DEFAULTS.healthIntervalSeconds,
      healthTimeoutSeconds = TARGET_DEFAULTS.healthTimeoutSeconds,
      healthyCount = TARGET_DEFAULTS.healthyCount,
      unhealthyCount = TARGET_DEFAULTS.unhealthyCount,
      deregistrationDelaySeconds = TARGET_DEFAULTS.deregistrationDelaySeconds,
      slowStartSeconds = TARGET_DEFAULTS.slowStartSeconds,
      algorithm = TARGET_DEFAULTS.algorithm,
    } = this.props;
    return new LbTargetGroup(this, "Resource", {
      name: this.targetGroupName,
      vpcId,
      port,
      protocol: PROTOCOL,
      targetType: TARGET_TYPE,
      loadBalancingAlgorithmType: algorithm,
      slowStart: slowStartSeconds,
      deregistrationDelay: String(deregistrationDelaySeconds),
      stickiness: { enabled: false, type: "lb_cookie" },
      healthCheck: {
        enabled: true,
        protocol: PROTOCOL,
        port: "traffic-port",
        path: healthPath,
        matcher: "200",
        interval: healthIntervalSeconds,
        timeout: healthTimeoutSeconds,
        healthyThreshold: healthyCount,
        unhealthyThreshold: unhealthyCount,
      },
      lifecycle: { createBeforeDestroy: true },
      tags: { Name: this.targetGroupName },
    });
  }

  private createRule(): ITerraformDependable {
    const { balancer, hosts = [], paths = [], priority } = this.props;
    const actions = balancer.actionsFor(this.resource.arn);
    if (priority !== undefined) return this.rule("Rule", priority, conditionsOf(hosts, paths), actions);
    return balancer.setDefault(this, actions);
  }

  /** What a machine asks for, as a health check from outside, which cannot log in. */
  private createOpenRule(): LbListenerRule[] {
    const { hosts = [], openPaths = [], openPathsPriority = TARGET_DEFAULTS.openPathsPriority } = this.props;
    if (openPaths.length === 0) return [];
    const actions = [{ type: "forward", targetGroupArn: this.resource.arn }];
    return [this.rule("OpenRule", openPathsPriority, conditionsOf(hosts, openPaths), actions)];
  }

  private rule(
    id: string,
    priority: number,
    condition: LbListenerRuleCondition[],
    action: BalancerAction[],
  ): LbListenerRule {
    const listenerArn = this.props.balancer.httpsListenerArn;
    return new LbListenerRule(this, id, { listenerArn, priority, condition, action });
  }
}

function conditionsOf(hosts: readonly string[], paths: readonly string[]): LbListenerRuleCondition[] {
  return [
    ...(hosts.length > 0 ? [{ hostHeader: { values: [...hosts] } }] : []),
    ...(paths.length > 0 ? [{ pathPattern: { values: [...paths] } }] : []),
  ];
}
