import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { arnOf } from "../../shared";

export interface EcsClusterReferenceProps {
  /** Name in AWS. */
  readonly clusterName: string;
  /** Alias of the key that encrypts what people do in containers, and its log. */
  readonly keyAlias: string;
}

/**
 * Log groups of a cluster: of what people do in containers, and of the lines behind Container Insights' figures, whose
 * name AWS decides. The environment's key must let CloudWatch Logs encrypt them.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
 */
export function clusterLogGroups(clusterName: string) {
  return {
    commands: `/${clusterName}/execute-command`,
    insights: `/aws/ecs/containerinsights/${clusterName}/performance`,
  } as const;
}

/** A cluster by its name, wherever it is made. */
export class EcsClusterReference extends Construct {
  readonly clusterName: string;
  /** Literal. */
  readonly clusterArn: string;
  /** Log group of what people do in containers. */
  readonly commandLogGroupName: string;
  /** Log group of the lines behind Container Insights' figures. */
  readonly insightsLogGroupName: string;
  readonly keyAlias: string;

  constructor(scope: Construct, id: string, props: EcsClusterReferenceProps) {
    super(scope, id);
    this.clusterName = props.clusterName;
    this.keyAlias = props.keyAlias;
    this.clusterArn = arnOf(this, "ecs", `cluster/${this.clusterName}`);
    const { commands, insights } = clusterLogGroups(this.clusterName);
    this.commandLogGroupName = commands;
    this.insightsLogGroupName = insights;
  }

  /** What must wait until the cluster takes tasks, because its literal ARN hides the order; nothing where another stack makes it. */
  get ready(): ITerraformDependable[] {
    return [];
  }
}
