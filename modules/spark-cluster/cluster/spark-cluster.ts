import type { Construct } from "constructs";
import { arnOf } from "../../shared";
import { within } from "../jobs/job-rules";
import { clusterStates, MADE_CLUSTER_ID, terminateStates } from "../machine/emr-states";
import type { Surroundings } from "../machine/machine-definition";
import { ClusterBase } from "./cluster-base";
import type { SparkClusterProps } from "./cluster-props";
import { CLUSTER_DEFAULTS } from "./cluster-rules";
import { CLUSTER_TAG, EMR_TAG } from "./emr-tag";
import { jobFlowRequest } from "./job-flow";

const SERVICE_LINKED = "elasticmapreduce.amazonaws.com";

/**
 * A cluster that is there while its jobs run: a state machine makes it, adds a step for each job, and ends it whatever
 * happens. Terraform owns no cluster, so none that has ended shows as a change.
 */
export class SparkCluster extends ClusterBase {
  private readonly startTimeoutMinutes: number;

  /** @throws ModuleError with every prop that breaks a rule */
  constructor(scope: Construct, id: string, props: SparkClusterProps) {
    const { startTimeoutMinutes = CLUSTER_DEFAULTS.startTimeoutMinutes } = props;
    super(scope, id, props, within("startTimeoutMinutes", startTimeoutMinutes, 5, 120));
    this.startTimeoutMinutes = startTimeoutMinutes;
    this.grantClusters();
    this.createMachine();
  }

  protected override get clusterId() {
    return MADE_CLUSTER_ID;
  }

  protected override get surroundings(): Surroundings {
    const request = jobFlowRequest(this.flow);
    return {
      before: (next) => ({
        first: "Make the cluster",
        states: clusterStates(request, this.startTimeoutMinutes, next),
      }),
      after: (next) => ({ first: "Terminate", states: terminateStates(next) }),
    };
  }

  /**
   * What the machine does with clusters, and the two roles that it gives them. A cluster that is not there yet has no
   * ARN, so the tags that the request must carry are the limit. The service-linked role is made with the first cluster of
   * an account.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/emr-iam.html
   * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/using-service-linked-roles-cleanup.html
   */
  private grantClusters(): void {
    const { machineRole, roles } = this;
    const [[key, value] = ["", ""]] = Object.entries(EMR_TAG);
    machineRole.allow({
      actions: ["elasticmapreduce:RunJobFlow"],
      resources: ["*"],
      conditions: {
        StringEquals: {
          [`elasticmapreduce:RequestTag/${CLUSTER_TAG}`]: this.sparkName,
          [`elasticmapreduce:RequestTag/${key}`]: value,
        },
      },
    });
    machineRole.allow({
      actions: ["elasticmapreduce:AddTags"],
      resources: [this.clusters],
      conditions: { StringEquals: { [`elasticmapreduce:RequestTag/${CLUSTER_TAG}`]: this.sparkName } },
    });
    machineRole.allow({
      actions: ["elasticmapreduce:TerminateJobFlows"],
      resources: [this.clusters],
      conditions: this.ofThisName,
    });
    for (const [role, service] of [
      [roles.service, "elasticmapreduce.amazonaws.com"],
      [roles.instance, "ec2.amazonaws.com"],
    ] as const) {
      machineRole.allow({
        actions: ["iam:PassRole"],
        resources: [role.roleArn],
        conditions: { StringEquals: { "iam:PassedToService": service } },
      });
    }
    machineRole.allow({
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [arnOf(this, "iam", `role/aws-service-role/${SERVICE_LINKED}/AWSServiceRoleForEMRCleanup`)],
      conditions: { StringEquals: { "iam:AWSServiceName": SERVICE_LINKED } },
    });
  }
}
