import { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine";
import { dependable, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type Grantee, Role } from "../../iam";
import { arnOf, ModuleError } from "../../shared";
import { grantKey, LogGroup, Table } from "../../storage";
import type { SparkJobProps } from "../jobs/job-props";
import { jobMistakes } from "../jobs/job-rules";
import { bucketOf, type JobTrust, SparkJob } from "../jobs/spark-job";
import { LOCK_ATTRIBUTE } from "./lock-states";
import { machineDefinition, NO_SURROUNDINGS, type Surroundings } from "./machine-definition";
import { LOG_DELIVERY, MACHINE_TRACING } from "./machine-statements";
import { addRunAlarms } from "./run-alarms";
import { runLogGroup } from "./run-log";
import type { SparkRunProps } from "./run-props";
import { RUN_DEFAULTS, runMistakes } from "./run-rules";
import { RunSchedule } from "./run-schedule";

/** What runs jobs: a state machine, its lock, its schedule and its alarms. An engine says how one job runs, and what is around them. */
export abstract class SparkRunner extends Construct {
  readonly sparkName: string;
  /**
   * Literal. `{"job": "<name>"}` as input runs one job, and puts `"arguments": ["--a", "b"]` behind its own; `{}` runs all
   * that are not on demand.
   */
  readonly stateMachineArn: string;
  protected readonly machineRole: Role;
  private readonly lockTable: Table;
  private readonly log: LogGroup;
  private readonly known: SparkJob[] = [];
  private machine: SfnStateMachine | undefined;

  /** `mistakes` are those of the engine: all are said at once. */
  protected constructor(
    scope: Construct,
    id: string,
    private readonly run: SparkRunProps,
    mistakes: readonly string[],
  ) {
    super(scope, id);
    const all = [...runMistakes(run), ...mistakes];
    if (all.length > 0) throw new ModuleError(this, all);
    this.sparkName = run.sparkName;
    this.stateMachineArn = arnOf(this, "states", `stateMachine:${run.sparkName}`);
    this.lockTable = this.createLock();
    this.log = this.createLog();
    this.machineRole = this.createMachineRole();
    this.node.addValidation({
      validate: () => (this.known.length > 0 ? [] : ["addJob must be called at least once, got no job"]),
    });
  }

  /** The jobs, in the order in which they run. */
  get jobs(): readonly SparkJob[] {
    return this.known;
  }

  /**
   * Adds a job with a role of its own, which reads its files and nothing else until it is granted more.
   *
   * @throws ModuleError with every prop that breaks a rule
   */
  addJob(jobName: string, props: SparkJobProps): SparkJob {
    const names = this.known.map((job) => job.jobName);
    const mistakes = jobMistakes(jobName, props, names);
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    const { sparkName, artefacts } = this.run;
    const place = { sparkName, jobName, artefacts, trust: this.jobTrust };
    const job = new SparkJob(this, jobName, place, props);
    this.known.push(job);
    this.admitJob(job);
    this.describe();
    return job;
  }

  /** Lets `grantee` run the jobs, and see how it went. */
  grantRun(grantee: Grantee): void {
    grantee.allow({ actions: ["states:StartExecution"], resources: [this.stateMachineArn] });
    grantee.allow({
      actions: ["states:DescribeExecution", "states:GetExecutionHistory"],
      resources: [this.executions],
    });
  }

  /** Who may take the role of a job. */
  protected abstract get jobTrust(): JobTrust;

  /** `Resource` and `Arguments` of the task that runs a job and waits for it, in JSONata. */
  protected abstract taskOf(job: SparkJob): Readonly<Record<string, unknown>>;

  /** Whether jobs run at once. */
  protected get sideBySide(): boolean {
    return false;
  }

  /** What is made before the jobs and ended after them. */
  protected get surroundings(): Surroundings {
    return NO_SURROUNDINGS;
  }

  /** Lets a job in: what the engine's roles need for it. */
  protected abstract admitJob(job: SparkJob): void;

  /** What the machine must wait for, beside its role and its jobs. */
  protected abstract get engine(): readonly ITerraformDependable[];

  /** To be called once, when the engine is made. */
  protected createMachine(): void {
    const { sparkName, schedule, timezone, enabled, keyAlias, keyArn, alarmTopic } = this.run;
    const { tracing, logExecutionData = RUN_DEFAULTS.logExecutionData } = this.run;
    this.machine = new SfnStateMachine(this, "Machine", {
      name: sparkName,
      type: "STANDARD",
      roleArn: this.machineRole.resource.arn,
      definition: this.definition,
      loggingConfiguration: {
        level: "ERROR",
        includeExecutionData: logExecutionData,
        logDestination: `${this.log.logGroupArn}:*`,
      },
      // The provider never takes the block away: `false` alone turns tracing off again.
      ...(tracing === undefined ? {} : { tracingConfiguration: { enabled: tracing } }),
    });
    const { machine, stateMachineArn: machineArn } = this;
    const times =
      schedule === undefined
        ? undefined
        : new RunSchedule(this, "Schedule", {
            ...{ sparkName, machineArn, machine, schedule, timezone, enabled, keyAlias, keyArn },
          });
    if (alarmTopic) {
      const deadLetterQueueName = times?.deadLetterQueueName;
      addRunAlarms(this, { sparkName, machineArn, topic: alarmTopic, deadLetterQueueName });
    }
  }

  private get executions(): string {
    return arnOf(this, "states", `execution:${this.run.sparkName}:*`);
  }

  protected get definition(): string {
    return JSON.stringify(
      machineDefinition({
        comment: this.run.description,
        lockTableName: this.lockTable.tableName,
        jobs: this.known.map((job) => ({
          jobName: job.jobName,
          retries: job.retries,
          timeoutSeconds: job.timeoutSeconds,
          onFailure: job.onFailure,
          onDemand: job.onDemand,
          task: this.taskOf(job),
        })),
        sideBySide: this.sideBySide,
        surroundings: this.surroundings,
      }),
    );
  }

  /** Again with every job: the definition, and what it waits for. */
  private describe(): void {
    if (!this.machine) return;
    const { machineRole, known } = this;
    const needs = [
      this.log.resource,
      ...bucketOf(this.run.logs),
      ...machineRole.ready,
      ...known.flatMap((job) => [...job.files, ...job.role.ready]),
      ...this.engine,
    ];
    this.machine.definition = this.definition;
    this.machine.dependsOn = [...new Set(needs.map(dependable))];
  }

  /** One item at most, and none while nothing runs: nothing is lost with it. */
  private createLock(): Table {
    const { sparkName, keyAlias, keyArn } = this.run;
    return new Table(this, "Lock", {
      tableName: `${sparkName}-lock`,
      partitionKey: LOCK_ATTRIBUTE,
      keyAlias,
      keyArn,
      keepOnDestroy: false,
    });
  }

  /**
   * Each log group is named in a policy of the account, which has room for few; what begins so is admitted together.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
   */
  private createLog(): LogGroup {
    const { sparkName, keyArn, logRetentionDays: retentionDays = RUN_DEFAULTS.logRetentionDays } = this.run;
    return new LogGroup(this, "Log", {
      logGroupName: runLogGroup(sparkName),
      ...{ keyArn, retentionDays },
    });
  }

  /** @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html#prevent-cross-service-confused-deputy */
  private createMachineRole(): Role {
    const { sparkName, keyAlias, tracing } = this.run;
    const role = new Role(this, "MachineRole", {
      roleName: `${sparkName}-machine`,
      description: `Runs the jobs of ${sparkName}`,
      service: "states.amazonaws.com",
      sourceArn: this.stateMachineArn,
    });
    role.allow({
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
      resources: [this.lockTable.tableArn],
    });
    grantKey(this, role, keyAlias, "dynamodb", ["kms:Decrypt"]);
    role.allow({ actions: ["states:DescribeExecution"], resources: [this.executions] });
    role.allow(LOG_DELIVERY);
    if (tracing) role.allow(MACHINE_TRACING);
    return role;
  }
}
