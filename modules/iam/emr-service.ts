import type { IConstruct } from "constructs";
import { accountOf, arnOf } from "../shared";
import type { Statement } from "./statement";

const CHANGES = [
  ...["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateFleet", "CreateLaunchTemplate"],
  ...["CreateLaunchTemplateVersion", "CreatePlacementGroup", "CreateSecurityGroup", "CreateTags"],
  ...["CreateVpcEndpoint", "DeleteLaunchTemplate", "DeletePlacementGroup", "DeleteTags"],
  ...["DescribeVpcAttribute", "ModifyInstanceAttribute", "ModifyVpcEndpoint", "RevokeSecurityGroupEgress"],
  ...["RevokeSecurityGroupIngress", "RunInstances", "TerminateInstances"],
];

/** Beside those that a boundary admits for every role. */
const LOOKS = [
  ...["AccountAttributes", "CapacityReservations", "DhcpOptions", "Images", "InstanceTypeOfferings"],
  ...["Instances", "LaunchTemplates", "NetworkAcls", "PlacementGroups", "RouteTables", "SecurityGroups"],
  ...["VolumeStatus", "Volumes", "VpcEndpoints", "Vpcs"],
];

/**
 * What a boundary must admit beside, for the one role that EMR takes to start and end instances: EC2's actions of
 * AmazonEMRServicePolicy_v2. That policy says on which tags; automatic scaling by alarms, which no cluster of this
 * library has, is left out.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-iam-role.html
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEMRServicePolicy_v2.html
 */
export function emrServiceStatements(scope: IConstruct, roleName: string): Statement[] {
  const { partition, region } = accountOf(scope);
  const conditions = { ArnEquals: { "aws:PrincipalArn": arnOf(scope, "iam", `role/${roleName}`) } };
  return [
    {
      actions: CHANGES.map((action) => `ec2:${action}`),
      // An image has no account in its ARN.
      resources: [arnOf(scope, "ec2", "*/*"), `arn:${partition}:ec2:${region}::image/*`],
      conditions,
    },
    { actions: LOOKS.map((what) => `ec2:Describe${what}`), resources: ["*"], conditions },
  ];
}
