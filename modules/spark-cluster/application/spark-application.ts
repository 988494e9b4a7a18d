import { EmrserverlessApplication } from "@cdktf/provider-aws/lib/emrserverless-application";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { arnOf } from "../../shared";
import type { JobTrust, SparkJob } from "../jobs/spark-job";
import { serverlessTask } from "../machine/serverless-states";
import { SparkRunner } from "../machine/spark-runner";
import type { SparkApplicationProps } from "./application-props";
import { APPLICATION_DEFAULTS, applicationMistakes } from "./application-rules";

const SERVICE = "emr-serverless.amazonaws.com";

/** By which policies know an application whose id AWS makes. */
const APPLICATION_TAG = "spark-application";

/** Spark on EMR Serverless: no cluster to make or end. Jobs are added as to a cluster. */
export class SparkApplication extends SparkRunner {
  readonly resource: EmrserverlessApplication;
  private readonly group: SecurityGroup;
  private readonly wayOut: VpcSecurityGroupEgressRule;

  /** @throws ModuleError with every prop that breaks a rule */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: SparkApplicationProps,
  ) {
    super(scope, id, props, applicationMistakes(props));
    const { sparkName, vpcId } = props;
    this.group = new SecurityGroup(this, "SecurityGroup", {
      name: sparkName,
      description: `Spark ${sparkName}`,
      vpcId,
      tags: { Name: sparkName },
    });
    this.wayOut = this.createWayOut();
    this.resource = this.createApplication();
    this.grantRuns();
    this.createMachine();
  }

  protected override get jobTrust(): JobTrust {
    return { service: SERVICE, sourceArn: this.applications };
  }

  protected override taskOf({ jobName, role, submit, timeoutSeconds }: SparkJob) {
    const { logs, keyArn, sparkName } = this.props;
    return serverlessTask({
      ...{ applicationId: this.resource.id, jobName, roleArn: role.roleArn, submit, keyArn, timeoutSeconds },
      tags: this.tags,
      logAddress: `s3://${logs.bucketName}/${sparkName}/logs/`,
    });
  }

  /** On EMR Serverless a job writes its logs itself, as its own role. */
  protected override admitJob({ role }: SparkJob): void {
    this.props.logs.grantWrite(role, `${this.sparkName}/logs/`);
    this.machineRole.allow({
      actions: ["iam:PassRole"],
      resources: [role.roleArn],
      conditions: { StringEquals: { "iam:PassedToService": SERVICE } },
    });
  }

  protected override get engine(): readonly ITerraformDependable[] {
    return [this.resource, this.wayOut];
  }

  /** Of the application and of its runs: AWS makes the ids of both. */
  private get tags(): Readonly<Record<string, string>> {
    return { [APPLICATION_TAG]: this.sparkName };
  }

  private get applications(): string {
    return arnOf(this, "emr-serverless", "/applications/*");
  }

  private createWayOut(): VpcSecurityGroupEgressRule {
    return new VpcSecurityGroupEgressRule(this, "Https", {
      securityGroupId: this.group.id,
      description: "HTTPS to AWS's services",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "0.0.0.0/0",
    });
  }

  private createApplication(): EmrserverlessApplication {
    const { sparkName, limit, readyWorkers, subnetIds } = this.props;
    const { release = APPLICATION_DEFAULTS.release } = this.props;
    const { architecture = APPLICATION_DEFAULTS.architecture } = this.props;
    const { idleMinutes = APPLICATION_DEFAULTS.idleMinutes } = this.props;
    const worker = readyWorkers && {
      cpu: `${readyWorkers.vcpus} vCPU`,
      memory: `${readyWorkers.memoryGiB} GB`,
    };
    const ready = readyWorkers && { Driver: readyWorkers.drivers, Executor: readyWorkers.executors };
    return new EmrserverlessApplication(this, "Resource", {
      name: sparkName,
      type: "spark",
      releaseLabel: release,
      architecture: architecture.toUpperCase(),
      autoStartConfiguration: { enabled: true },
      autoStopConfiguration: { enabled: true, idleTimeoutMinutes: idleMinutes },
      maximumCapacity: {
        cpu: `${limit.vcpus} vCPU`,
        memory: `${limit.memoryGiB} GB`,
        ...(limit.diskGiB === undefined ? {} : { disk: `${limit.diskGiB} GB` }),
      },
      ...(worker && ready
        ? {
            initialCapacity: Object.entries(ready).map(([initialCapacityType, workerCount]) => ({
              initialCapacityType,
              initialCapacityConfig: { workerCount, workerConfiguration: worker },
            })),
          }
        : {}),
      networkConfiguration: { subnetIds, securityGroupIds: [this.group.id] },
      tags: { Name: sparkName, ...this.tags },
    });
  }

  /**
   * Runs of this application and no other: a run is started with its tag, and only one that has it is asked for or ended.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/emr-serverless-iam.html
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonemrserverless.html
   */
  private grantRuns(): void {
    const [request, ours] = ["RequestTag", "ResourceTag"].map((kind) => ({
      [`aws:${kind}/${APPLICATION_TAG}`]: this.sparkName,
    }));
    const runs = arnOf(this, "emr-serverless", "/applications/*/jobruns/*");
    this.machineRole.allow({
      actions: ["emr-serverless:StartJobRun"],
      resources: [this.applications],
      conditions: { StringEquals: { ...ours, ...request } },
    });
    this.machineRole.allow({
      actions: ["emr-serverless:TagResource"],
      resources: [runs],
      conditions: { StringEquals: { ...request } },
    });
    this.machineRole.allow({
      actions: ["emr-serverless:GetJobRun", "emr-serverless:CancelJobRun"],
      resources: [runs],
      conditions: { StringEquals: { ...ours } },
    });
    this.machineRole.allow({
      actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      resources: [arnOf(this, "events", "rule/StepFunctionsGetEventsForEMRServerlessJobRule")],
    });
  }
}
