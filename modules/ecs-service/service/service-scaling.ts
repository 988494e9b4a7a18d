import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingScheduledAction } from "@cdktf/provider-aws/lib/appautoscaling-scheduled-action";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { EcsService as EcsServiceResource } from "@cdktf/provider-aws/lib/ecs-service";
import { Construct } from "constructs";
import type { ScalingProps } from "./service-props";

/** Seconds until the next step: up soon, down late, because too few tasks hurt and too many only cost. */
const COOLDOWN = { scaleOutCooldown: 60, scaleInCooldown: 300 } as const;

export interface ServiceScalingProps {
  readonly serviceName: string;
  readonly clusterName: string;
  readonly service: EcsServiceResource;
  readonly scaling: ScalingProps;
  /** Last parts of the ARNs of balancer and targets; none without a balancer. */
  readonly requestsLabel: string | undefined;
}

/**
 * How many tasks of a service run. Where there are fewer than the least or more than the most, AWS corrects it as soon
 * as the limits are set.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
 */
export class ServiceScaling extends Construct {
  readonly resource: AppautoscalingTarget;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServiceScalingProps,
  ) {
    super(scope, id);
    this.resource = this.createTarget();
    this.addPolicies();
    this.addSchedules();
  }

  /** Schedules set the limits anew each time, and a plan must not set them back. */
  private createTarget(): AppautoscalingTarget {
    const { serviceName, clusterName, service, scaling } = this.props;
    const { minCount, maxCount, schedules = [] } = scaling;
    return new AppautoscalingTarget(this, "Resource", {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${clusterName}/${serviceName}`,
      minCapacity: minCount,
      maxCapacity: maxCount,
      dependsOn: [service],
      ...(schedules.length > 0 ? { lifecycle: { ignoreChanges: ["min_capacity", "max_capacity"] } } : {}),
    });
  }

  private addPolicies(): void {
    const { scaling, requestsLabel } = this.props;
    this.addPolicy("Cpu", "cpu", scaling.cpuPercent, {
      predefinedMetricType: "ECSServiceAverageCPUUtilization",
    });
    this.addPolicy("Memory", "memory", scaling.memoryPercent, {
      predefinedMetricType: "ECSServiceAverageMemoryUtilization",
    });
    if (requestsLabel === undefined) return;
    this.addPolicy("Requests", "requests", scaling.requestsPerTarget, {
      predefinedMetricType: "ALBRequestCountPerTarget",
      resourceLabel: requestsLabel,
    });
  }

  /** @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html */
  private addPolicy(
    id: string,
    name: string,
    targetValue: number | undefined,
    predefinedMetricSpecification: {
      readonly predefinedMetricType: string;
      readonly resourceLabel?: string;
    },
  ): void {
    if (targetValue === undefined) return;
    new AppautoscalingPolicy(this, id, {
      name: `${this.props.serviceName}-${name}`,
      policyType: "TargetTrackingScaling",
      ...this.target,
      targetTrackingScalingPolicyConfiguration: { targetValue, predefinedMetricSpecification, ...COOLDOWN },
    });
  }

  /** The limits of a schedule hold until another sets others. */
  private addSchedules(): void {
    for (const { name, schedule, timezone = "UTC", minCount, maxCount } of this.props.scaling.schedules ??
      []) {
      new AppautoscalingScheduledAction(this, `Schedule-${name}`, {
        name: `${this.props.serviceName}-${name}`,
        schedule,
        timezone,
        ...this.target,
        scalableTargetAction: { minCapacity: String(minCount), maxCapacity: String(maxCount) },
      });
    }
  }

  private get target() {
    const { serviceNamespace, scalableDimension, resourceId } = this.resource;
    return { serviceNamespace, scalableDimension, resourceId };
  }
}
