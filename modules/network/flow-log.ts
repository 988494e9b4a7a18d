import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { Construct } from "constructs";
import { Role } from "../iam";
import { arnOf } from "../shared";
import { LogGroup } from "../storage";
import type { CloudWatchFlowLogs, S3FlowLogs, Tags } from "./network-props";

const DEFAULTS = {
  trafficType: "ALL",
  aggregationSeconds: 600,
  fileFormat: "plain-text",
  hourlyPartitions: false,
} as const;

/** Name of the log group that holds a network's flow logs, for the policy of its key. */
export const flowLogGroup = (networkName: string) => `/aws/vpc/${networkName}`;

export interface NetworkFlowLogProps {
  readonly vpcId: string;
  readonly networkName: string;
  readonly logs: CloudWatchFlowLogs | S3FlowLogs;
  readonly tags: Tags;
}

/** Who spoke to whom in the VPC, and what was refused. */
export class NetworkFlowLog extends Construct {
  /** Where the records go, if that is CloudWatch. */
  readonly logGroup: LogGroup | undefined;
  readonly resource: FlowLog;

  constructor(scope: Construct, id: string, props: NetworkFlowLogProps) {
    super(scope, id);
    const { vpcId, networkName, logs, tags } = props;
    const { trafficType = DEFAULTS.trafficType, aggregationSeconds = DEFAULTS.aggregationSeconds } = logs;
    const common = {
      vpcId,
      trafficType,
      maxAggregationInterval: aggregationSeconds,
      tags: { ...tags, Name: networkName },
    };
    if (logs.destination === "s3") {
      const { fileFormat = DEFAULTS.fileFormat, hourlyPartitions = DEFAULTS.hourlyPartitions } = logs;
      this.resource = new FlowLog(this, "Resource", {
        ...common,
        logDestinationType: "s3",
        logDestination: logs.bucketArn,
        destinationOptions: { fileFormat, perHourPartition: hourlyPartitions },
      });
      return;
    }
    const { retentionDays, keyArn } = logs;
    this.logGroup = new LogGroup(this, "LogGroup", {
      logGroupName: flowLogGroup(networkName),
      keyArn,
      retentionDays,
    });
    const role = this.createRole(networkName, this.logGroup);
    this.resource = new FlowLog(this, "Resource", {
      ...common,
      logDestinationType: "cloud-watch-logs",
      logDestination: this.logGroup.resource.arn,
      iamRoleArn: role.resource.arn,
      dependsOn: role.ready,
    });
  }

  /**
   * The group is there, so the role need not make one; listing groups is about all of them.
   *
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
   */
  private createRole(networkName: string, logGroup: LogGroup): Role {
    const role = new Role(this, "Role", {
      roleName: `${networkName}-flow-logs`,
      service: "vpc-flow-logs.amazonaws.com",
      description: `Writes the flow logs of ${networkName}`,
      sourceArn: arnOf(this, "ec2", "vpc-flow-log/*"),
    });
    logGroup.grantWrite(role);
    role.allow({
      actions: ["logs:DescribeLogStreams"],
      resources: [`${logGroup.logGroupArn}:*`],
    });
    role.allow({ actions: ["logs:DescribeLogGroups"], resources: [arnOf(this, "logs", "log-group:*")] });
    return role;
  }
}
