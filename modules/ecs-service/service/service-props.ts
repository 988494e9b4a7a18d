import type { AlarmTopicReference } from "../../alarms";
import type { BalancerFront } from "../balancer/balancer-front";
import type { ServiceTargetsProps } from "../balancer/target-group-props";
import type { EcsClusterReference } from "../task/ecs-cluster-reference";
import type { FargateTask } from "../task/fargate-task";

/** How many tasks run, by what they have to do. One of the targets or `schedules` is needed. */
export interface ScalingProps {
  /** Tasks that run at least. */
  readonly minCount: number;
  /** Tasks that run at most. */
  readonly maxCount: number;
  /** Percent of its CPU that a task should use, 1 to 100. @default not looked at */
  readonly cpuPercent?: number | undefined;
  /** Percent of its memory that a task should use, 1 to 100. @default not looked at */
  readonly memoryPercent?: number | undefined;
  /** Requests that a task should get within a minute; needs a balancer. @default not looked at */
  readonly requestsPerTarget?: number | undefined;
  /** Other limits at times: from the first one on, `minCount` and `maxCount` are only where it began. @default none */
  readonly schedules?: readonly ScalingSchedule[];
}

/** Limits that hold from a time on, until another schedule sets others. */
export interface ScalingSchedule {
  /** Last part of its name in AWS, such as `morning`. */
  readonly name: string;
  /** When: `cron(0 7 ? * MON-FRI *)`, `rate(1 day)` or `at(2030-01-01T00:00:00)`. */
  readonly schedule: string;
  /** Time zone of the schedule, such as `Europe/Berlin`. @default "UTC" */
  readonly timezone?: string;
  /** Tasks that run at least from then on. */
  readonly minCount: number;
  /** Tasks that run at most from then on. */
  readonly maxCount: number;
}

/** How other services of a namespace find this one, by name and without a balancer. */
export interface ServiceConnectProps {
  /** ARN of the namespace. */
  readonly namespaceArn: string;
  /** Name by which services of the namespace call this one; without it the service only calls others. @default none */
  readonly dnsName?: string;
  /** Port that they call; the proxy passes it on to that of the task. @default the task's port */
  readonly port?: number;
}

/** Something with a security group of its own that the service may reach. */
export interface ServicePeer {
  /** Id of its security group. */
  readonly securityGroupId: string;
  /** Port that it listens on, such as 2049 of a file system. */
  readonly port: number;
  /** What it is, shown beside the rules of both security groups. */
  readonly description: string;
}

/** What a balancer is told of the targets behind it. */
export type TargetOptions = Partial<
  Omit<ServiceTargetsProps, "balancer" | "healthPath" | "name" | "port" | "vpcId">
>;

/** A service: a task of Fargate, so and so many times, behind a balancer or without one. */
export interface EcsServiceProps extends TargetOptions {
  /** Name of the service and of its security group, first part of the names of its targets and alarms; behind a balancer 25 characters or fewer. */
  readonly serviceName: string;
  /** Cluster that it runs in. */
  readonly cluster: EcsClusterReference;
  /** What runs. */
  readonly task: FargateTask;
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Ids of private subnets, in two zones or more so that one may fail. */
  readonly subnetIds: string[];
  /** Seconds that the server in the task gives its requests after SIGTERM; less than the task's stop time-out. */
  readonly serverGraceSeconds: number;
  /** Seconds that the slowest request takes: it must fit into what a stop leaves it. @default not looked at */
  readonly slowestRequestSeconds?: number | undefined;
  /** Tasks that run; with `scaling` only at first. With 0 nothing runs and nothing scales, as before there is an image. @default 2 */
  readonly desiredCount?: number;
  /** Tasks on Spot, which AWS may end two minutes after a warning: none, those above `steadyCount` in part, or all. @default "none" */
  readonly spot?: "none" | "mixed" | "only";
  /** With `mixed`, tasks that are never on Spot. @default 1 */
  readonly steadyCount?: number;
  /** With `mixed`, tasks on Spot for each other one above `steadyCount`, 1 to 1,000. @default 1 */
  readonly spotWeight?: number;
  /** What else it may reach beside HTTPS: the rules of both ends are made here. @default nothing */
  readonly peers?: readonly ServicePeer[];
  /** Load balancer in front; the task must have a port. @default none */
  readonly balancer?: BalancerFront | undefined;
  /** Path that the balancer asks whether a task can serve (readiness); needed with a balancer. The task's own check says whether it lives. @default none */
  readonly healthPath?: string | undefined;
  /** Seconds after its start in which ECS does not mind a task that fails its checks. @default 60 */
  readonly healthGraceSeconds?: number;
  /** Percent of the tasks that keep serving during a deployment, 0 to 100. @default 100 */
  readonly minimumHealthyPercent?: number;
  /** Percent of the tasks that there are at most during a deployment, 101 to 200. @default 200 */
  readonly maximumPercent?: number;
  /** How the number of tasks follows the load. @default it does not */
  readonly scaling?: ScalingProps | undefined;
  /** How other services find it, and it them. @default not at all */
  readonly serviceConnect?: ServiceConnectProps | undefined;
  /** Where it is told when something is wrong; a deployment that makes its errors or unhealthy targets alarm is rolled back. @default no alarms */
  readonly alarmTopic?: AlarmTopicReference | undefined;
  /** Answers 5xx within five minutes that are no alarm yet. @default 5 */
  readonly errorAlarmCount?: number;
  /** Seconds from which on the slowest answer of a hundred (p99) is too slow. @default 2 */
  readonly responseAlarmSeconds?: number;
  /** Percent of its CPU from which on the busiest task has too little. @default 90 */
  readonly cpuAlarmPercent?: number;
  /** Percent of its memory from which on the fullest task has too little. @default 90 */
  readonly memoryAlarmPercent?: number;
  /** Names of further alarms that roll a deployment back. @default none */
  readonly deploymentAlarms?: readonly string[];
}
