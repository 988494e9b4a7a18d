import type { EcsServiceCapacityProviderStrategy } from "@cdktf/provider-aws/lib/ecs-service";
import type { EcsServiceProps } from "./service-props";
import { SERVICE_DEFAULTS } from "./service-rules";

/**
 * Where the tasks run. Written as a strategy always, because a service cannot change from a launch type to one without
 * being made again; and as ECS gives it back, which has no `base` of 0.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 */
export function capacityOf(props: EcsServiceProps): EcsServiceCapacityProviderStrategy[] {
  const {
    spot = SERVICE_DEFAULTS.spot,
    steadyCount: base = SERVICE_DEFAULTS.steadyCount,
    spotWeight = SERVICE_DEFAULTS.spotWeight,
  } = props;
  if (spot === "none") return [{ capacityProvider: "FARGATE", weight: 1 }];
  if (spot === "only") return [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
  return [
    { capacityProvider: "FARGATE", base, weight: 1 },
    { capacityProvider: "FARGATE_SPOT", weight: spotWeight },
  ];
}
