export type { CognitoProps, OidcProps, SessionProps } from "./balancer/authentication";
export type { BalancerFront } from "./balancer/balancer-front";
export type { AccessLogs, LoadBalancerProps, TlsPolicy } from "./balancer/balancer-props";
export { BalancerReference, type BalancerReferenceProps } from "./balancer/balancer-reference";
export { keepAliveFor } from "./balancer/keep-alive";
export { LoadBalancer } from "./balancer/load-balancer";
export { ServiceTargets } from "./balancer/target-group";
export type { ServiceTargetsProps } from "./balancer/target-group-props";
export { firewallLogGroup } from "./balancer/web-acl";
export { EcsService, type ServiceClient } from "./service/ecs-service";
export type {
  EcsServiceProps,
  ScalingProps,
  ScalingSchedule,
  ServiceConnectProps,
  ServicePeer,
  TargetOptions,
} from "./service/service-props";
export { type ContainerImage, publicImage } from "./task/container-image";
export { EcrRepository, type EcrRepositoryProps } from "./task/ecr-repository";
export { EcrRepositoryReference, type EcrRepositoryReferenceProps } from "./task/ecr-repository-reference";
export { EcsCluster, type EcsClusterProps } from "./task/ecs-cluster";
export {
  clusterLogGroups,
  EcsClusterReference,
  type EcsClusterReferenceProps,
} from "./task/ecs-cluster-reference";
export type { FargateSize } from "./task/fargate-size";
export { FargateTask } from "./task/fargate-task";
export { ScheduledTask } from "./task/scheduled-task";
export type { ScheduledTaskProps } from "./task/scheduled-task-props";
export type {
  ContainerCondition,
  ContainerOptions,
  EfsVolumeProps,
  FargateTaskProps,
  HealthCommand,
  Limit,
  LogRouterProps,
  ParameterSecret,
  SecretsManagerSecret,
  SidecarProps,
  TaskSecret,
} from "./task/task-props";
export type { RunCommandProps } from "./task/task-run";
