/** The same reason for several actions. */
const because = (reason: string, service: string, verbs: string) =>
  Object.fromEntries(verbs.split(" ").map((verb) => [`${service}:${verb}`, reason]));

/**
 * What AWS allows on `*` only, of those who deploy, and of EMR when it starts instances: most of it looks, and changes
 * nothing. A role that runs takes none of it: the boundary of an environment admits `STAR_ACTIONS` alone.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const DEPLOY_STAR_ACTIONS: Readonly<Record<string, string>> = {
  ...because(
    "EC2 describes without regard to resources",
    "ec2",
    "DescribeAccountAttributes DescribeAddresses DescribeAddressesAttribute DescribeCapacityReservations DescribeDhcpOptions DescribeFlowLogs DescribeImages DescribeInstanceTypeOfferings DescribeInstances DescribeInternetGateways DescribeLaunchTemplates DescribeNatGateways DescribeNetworkAcls DescribePlacementGroups DescribePrefixLists DescribeRouteTables DescribeSecurityGroupRules DescribeSecurityGroups DescribeTags DescribeVolumeStatus DescribeVolumes DescribeVpcEndpoints DescribeVpcs",
  ),
  ...because(
    "ELB describes without regard to resources",
    "elasticloadbalancing",
    "DescribeCapacityReservation DescribeListenerAttributes DescribeListeners DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeRules DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups",
  ),
  ...because(
    "the balancer is not the resource of the request, by AWS's own list",
    "elasticloadbalancing",
    "SetWebAcl",
  ),
  ...because(
    "a scalable target is found by what it scales, not by its ARN",
    "application-autoscaling",
    "DescribeScalableTargets DescribeScalingPolicies",
  ),
  ...because(
    "a revision is named by its family in the request",
    "ecs",
    "DescribeTaskDefinition DeregisterTaskDefinition",
  ),
  ...because("the list is of the account and region", "kms", "ListAliases"),
  ...because("the list is of the account and region", "ssm", "DescribeParameters"),
  ...because("a resource policy of CloudWatch Logs is the account's", "logs", "DeleteResourcePolicy"),
  ...because(
    "the definition is in the request, and belongs to nothing yet",
    "states",
    "ValidateStateMachineDefinition",
  ),
  ...because(
    "a security configuration of EMR has no ARN",
    "elasticmapreduce",
    "DescribeSecurityConfiguration CreateSecurityConfiguration DeleteSecurityConfiguration",
  ),
  ...because(
    "a key that is not there yet has no ARN; the tags of the request are the limit",
    "kms",
    "CreateKey",
  ),
  ...because(
    "a certificate that is not there yet has no ARN; the tags of the request are the limit",
    "acm",
    "RequestCertificate",
  ),
  ...because(
    "a mapping that is not there yet has no ARN; its function is the limit",
    "lambda",
    "CreateEventSourceMapping",
  ),
};
