import type { DeployPlaces } from "./deploy-names";
import type { DeployRow } from "./deploy-rows";

/** Services that take a role of the environment. */
const SERVICES = [
  ...["ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "elasticmapreduce.amazonaws.com"],
  ...["lambda.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com"],
  "vpc-flow-logs.amazonaws.com",
];

/** Services that make a role of their own when they are first used in an account. */
const LINKED = [
  ...["ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com", "elasticloadbalancing.amazonaws.com"],
  ...["rds.amazonaws.com", "wafv2.amazonaws.com"],
];

/**
 * Roles: made with the boundary and not without it, handed to the services that need one and to no other. Deploy roles
 * and the boundary lie in folders of their own, so that none of this reaches them.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
export function roleRows({ globalArn, base }: DeployPlaces, boundaryArn: string) {
  const bounded = { StringEquals: { "iam:PermissionsBoundary": boundaryArn } };
  const iam = (...resources: string[]) => globalArn("iam", "account", ...resources);
  const policies = [
    ...iam(`policy/${base}-*`),
    // AWS's own, whose ARN has no account: https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-iam-role.html
    "arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2",
  ];
  return [
    {
      service: "iam",
      resources: iam(`role/${base}-*`),
      reads: "GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies",
      changes:
        "DeleteRole ListInstanceProfilesForRole TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
    },
    {
      service: "iam",
      resources: iam(`role/${base}-*`),
      changes: "CreateRole DeleteRolePolicy PutRolePermissionsBoundary PutRolePolicy",
      conditions: bounded,
    },
    {
      service: "iam",
      resources: iam(`role/${base}-*`),
      changes: "AttachRolePolicy DetachRolePolicy",
      conditions: { ...bounded, ArnLike: { "iam:PolicyARN": policies } },
    },
    {
      service: "iam",
      resources: iam(`role/${base}-*`),
      changes: "PassRole",
      conditions: { StringEquals: { "iam:PassedToService": SERVICES } },
    },
    {
      service: "iam",
      resources: iam(`instance-profile/${base}-*`),
      reads: "GetInstanceProfile",
      changes:
        "AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile",
    },
    {
      service: "iam",
      resources: iam(`policy/${base}-*`),
      reads: "GetPolicy GetPolicyVersion",
      changes:
        "CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion ListPolicyVersions TagPolicy UntagPolicy",
    },
    {
      service: "iam",
      resources: iam("role/aws-service-role/*"),
      changes: "CreateServiceLinkedRole",
      conditions: { StringEquals: { "iam:AWSServiceName": LINKED } },
    },
  ] satisfies DeployRow[];
}
