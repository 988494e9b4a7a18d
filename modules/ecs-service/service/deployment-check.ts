import { DataAwsEcsService } from "@cdktf/provider-aws/lib/data-aws-ecs-service";
import type { EcsService as EcsServiceResource } from "@cdktf/provider-aws/lib/ecs-service";
import type { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { Op, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import type { EcsClusterReference } from "../task/ecs-cluster-reference";

export interface DeploymentCheckProps {
  readonly serviceName: string;
  readonly cluster: EcsClusterReference;
  readonly service: EcsServiceResource;
  readonly taskDefinition: EcsTaskDefinition;
  readonly logGroupName: string;
}

/**
 * Fails an apply whose deployment was rolled back. Terraform waits until the service is steady, and after a rollback it
 * is: with the tasks from before. So the service is read once more, and must run what was deployed.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/20858
 */
export class DeploymentCheck extends Construct {
  readonly resource: DataAwsEcsService;

  constructor(scope: Construct, id: string, props: DeploymentCheckProps) {
    super(scope, id);
    const { serviceName, cluster, service, taskDefinition } = props;
    this.resource = new DataAwsEcsService(this, "Resource", {
      serviceName,
      clusterArn: cluster.clusterArn,
      dependsOn: [service],
      lifecycle: {
        postcondition: [
          {
            condition: Op.eq(running(), taskDefinition.arn),
            errorMessage: messageOf(props),
          },
        ],
      },
    });
  }
}

function messageOf({ serviceName, cluster, taskDefinition, logGroupName }: DeploymentCheckProps): string {
  return [
    `The deployment of ${serviceName} was rolled back: it runs ${running()} and not ${taskDefinition.arn}.`,
    `The tasks from before go on serving. Why the new ones did not become healthy is in the log group ${logGroupName} and in`,
    `aws ecs describe-services --cluster ${cluster.clusterName} --services ${serviceName} --query services[0].events`,
    "Correct it and deploy again.",
  ].join("\n");
}

/** What the service runs now. */
const running = () => TerraformSelf.getString("task_definition");
