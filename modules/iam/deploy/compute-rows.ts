import type { DeployPlaces } from "./deploy-names";
import type { DeployRow } from "./deploy-rows";

const STAR = ["*"];

/** Functions, services, Spark and what leads to them. Where the reads come from, `dataRows` says. */
export function computeRows({ arn, base, tagged, tagging }: DeployPlaces) {
  const ofFunctions = {
    ArnLike: { "lambda:FunctionArn": arn("lambda", `function:${base}-*`).join() },
  };
  const balancers = arn("elasticloadbalancing", `loadbalancer/app/${base}-*`);
  const listeners = arn("elasticloadbalancing", `listener/app/${base}-*`);
  const rules = arn("elasticloadbalancing", `listener-rule/app/${base}-*`);
  const targets = arn("elasticloadbalancing", `targetgroup/${base}-*`);
  const firewalls = arn("wafv2", `regional/webacl/${base}-*`);
  return [
    {
      service: "lambda",
      resources: arn("lambda", `function:${base}-*`),
      reads: "GetFunction GetFunctionCodeSigningConfig ListTags ListVersionsByFunction",
      changes:
        "CreateFunction DeleteFunction UpdateFunctionCode UpdateFunctionConfiguration PutFunctionConcurrency DeleteFunctionConcurrency TagResource UntagResource",
    },
    {
      service: "lambda",
      resources: arn("lambda", "event-source-mapping:*"),
      reads: "GetEventSourceMapping ListTags",
      changes: "UpdateEventSourceMapping DeleteEventSourceMapping TagResource UntagResource",
      conditions: ofFunctions,
    },
    { service: "lambda", resources: STAR, changes: "CreateEventSourceMapping", conditions: ofFunctions },
    {
      service: "ecs",
      resources: arn("ecs", `cluster/${base}-*`),
      reads: "DescribeClusters",
      changes: "CreateCluster UpdateCluster DeleteCluster PutClusterCapacityProviders",
    },
    {
      service: "ecs",
      resources: arn("ecs", `service/${base}-*`),
      reads: "DescribeServices",
      changes: "CreateService UpdateService DeleteService",
    },
    {
      service: "ecs",
      resources: arn("ecs", `task-definition/${base}-*`),
      changes: "RegisterTaskDefinition",
    },
    {
      service: "ecs",
      resources: arn("ecs", `cluster/${base}-*`, `service/${base}-*`, `task-definition/${base}-*`),
      changes: "TagResource UntagResource",
    },
    { service: "ecs", resources: STAR, reads: "DescribeTaskDefinition", changes: "DeregisterTaskDefinition" },
    {
      service: "ecr",
      resources: arn("ecr", `repository/${base}-*`),
      reads: "DescribeRepositories GetLifecyclePolicy ListTagsForResource",
      changes:
        "CreateRepository DeleteRepository PutLifecyclePolicy DeleteLifecyclePolicy PutImageScanningConfiguration PutImageTagMutability TagResource UntagResource",
    },
    {
      service: "elasticloadbalancing",
      resources: STAR,
      reads:
        "DescribeCapacityReservation DescribeListenerAttributes DescribeListeners DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeRules DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups",
    },
    {
      service: "elasticloadbalancing",
      resources: [...balancers, ...listeners, ...rules, ...targets],
      changes: "AddTags RemoveTags",
    },
    {
      service: "elasticloadbalancing",
      resources: balancers,
      changes:
        "CreateLoadBalancer DeleteLoadBalancer ModifyLoadBalancerAttributes SetSecurityGroups SetSubnets CreateListener",
    },
    {
      service: "elasticloadbalancing",
      resources: listeners,
      changes: "DeleteListener ModifyListener ModifyListenerAttributes CreateRule",
    },
    {
      service: "elasticloadbalancing",
      resources: rules,
      changes: "DeleteRule ModifyRule SetRulePriorities",
    },
    {
      service: "elasticloadbalancing",
      resources: targets,
      changes: "CreateTargetGroup DeleteTargetGroup ModifyTargetGroup ModifyTargetGroupAttributes",
    },
    { service: "elasticloadbalancing", resources: STAR, changes: "SetWebAcl" },
    {
      service: "acm",
      resources: arn("acm", "certificate/*"),
      reads: "DescribeCertificate ListTagsForCertificate",
      changes: "DeleteCertificate AddTagsToCertificate RemoveTagsFromCertificate",
      conditions: tagged,
    },
    { service: "acm", resources: STAR, changes: "RequestCertificate", conditions: tagging },
    {
      service: "wafv2",
      resources: firewalls,
      reads: "GetWebACL GetLoggingConfiguration ListTagsForResource",
      changes:
        "CreateWebACL UpdateWebACL DeleteWebACL PutLoggingConfiguration DeleteLoggingConfiguration TagResource UntagResource",
    },
    {
      service: "wafv2",
      resources: [...firewalls, ...balancers],
      reads: "GetWebACLForResource",
      changes: "AssociateWebACL",
    },
    { service: "wafv2", resources: balancers, changes: "DisassociateWebACL" },
    {
      service: "wafv2",
      resources: arn("wafv2", "regional/managedruleset/*"),
      changes: "CreateWebACL UpdateWebACL",
    },
    {
      service: "application-autoscaling",
      resources: STAR,
      reads: "DescribeScalableTargets DescribeScalingPolicies",
    },
    {
      service: "application-autoscaling",
      resources: arn("application-autoscaling", "scalable-target/*"),
      reads: "ListTagsForResource",
      changes:
        "RegisterScalableTarget DeregisterScalableTarget PutScalingPolicy DeleteScalingPolicy TagResource UntagResource",
    },
    {
      service: "states",
      resources: arn("states", `stateMachine:${base}-*`),
      reads: "DescribeStateMachine ListStateMachineVersions ListTagsForResource",
      changes: "CreateStateMachine UpdateStateMachine DeleteStateMachine TagResource UntagResource",
    },
    { service: "states", resources: STAR, reads: "ValidateStateMachineDefinition" },
    {
      service: "scheduler",
      resources: arn("scheduler", `schedule/${base}-*`),
      reads: "GetSchedule",
      changes: "CreateSchedule UpdateSchedule DeleteSchedule",
    },
    {
      service: "scheduler",
      resources: arn("scheduler", `schedule-group/${base}-*`),
      reads: "GetScheduleGroup ListTagsForResource",
      changes: "CreateScheduleGroup DeleteScheduleGroup TagResource UntagResource",
    },
    {
      service: "elasticmapreduce",
      resources: STAR,
      reads: "DescribeSecurityConfiguration",
      changes: "CreateSecurityConfiguration DeleteSecurityConfiguration",
    },
  ] satisfies DeployRow[];
}
