import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { Role } from "../iam";
import { arnOf, ModuleError } from "../shared";
import { type BucketReference, LogGroup, WorkQueue } from "../storage";
import { type FunctionBundle, HANDLER } from "./function-bundles";

const DEFAULTS = {
  memoryMiB: 512,
  timeoutSeconds: 60,
  batchSize: 10,
  batchWindowSeconds: 0,
  maximumConcurrency: 10,
  maxReceiveCount: 5,
  logRetentionDays: 30,
} as const;

export interface LambdaStageProps<Environment extends object> {
  /** Name of function, role and queue; the dead-letter queue adds `-dead`. */
  readonly stageName: string;
  /** What the stage does, shown in the console. */
  readonly description: string;
  /** The function's code. */
  readonly bundle: FunctionBundle;
  /** Where the objects come from, and which of them. */
  readonly source: BucketReference;
  /** What the object's key begins with; ends with `/`. */
  readonly prefix: string;
  /** What the object's key ends with. @default any ending */
  readonly suffix?: string;
  /** The function's own variables; the stage adds `QUEUE_URL`. */
  readonly environment: Omit<Environment, "QUEUE_URL">;
  /** Alias of the key that encrypts the queues. */
  readonly keyAlias: string;
  /** ARN of that key, for the log group. */
  readonly keyArn: string;
  /** MiB, 128 to 10,240. @default 512 */
  readonly memoryMiB?: number;
  /** Seconds, 1 to 900. @default 60 */
  readonly timeoutSeconds?: number;
  /** Messages per call, 1 to 10,000; above 10 needs a batch window. @default 10 */
  readonly batchSize?: number;
  /** Seconds to wait for a full batch, 0 to 300. @default 0 */
  readonly batchWindowSeconds?: number;
  /** Calls at the same time, 2 to 1,000. @default 10 */
  readonly maximumConcurrency?: number;
  /** Deliveries before a message is set aside, 5 to 1,000. @default 5 */
  readonly maxReceiveCount?: number;
  /** Seconds that a delivered message stays hidden. @default 6 × time-out + batch window, the least AWS advises */
  readonly visibilityTimeoutSeconds?: number;
  /** Days that a log line is kept. @default 30 */
  readonly logRetentionDays?: number;
}

/**
 * A stage of a pipeline: new objects of a bucket → queue → function, with a log group and a role of its own.
 * A failed message comes back alone (partial batch response), and ends in the dead-letter queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export class LambdaStage<Environment extends object> extends Construct {
  /** Grant it what the function does beyond reading its source. */
  readonly role: Role;
  readonly queue: WorkQueue;
  readonly logGroup: LogGroup;
  /** Literal. */
  readonly functionArn: string;
  readonly resource: LambdaFunction;

  constructor(scope: Construct, id: string, props: LambdaStageProps<Environment>) {
    super(scope, id);
    const stage = this.withDefaults(props);
    const { stageName, description, keyAlias, keyArn, source, prefix, suffix } = props;
    this.functionArn = arnOf(this, "lambda", `function:${stageName}`);

    this.queue = new WorkQueue(this, "Queue", {
      queueName: stageName,
      keyAlias,
      visibilityTimeoutSeconds: stage.visibilityTimeoutSeconds,
      maxReceiveCount: stage.maxReceiveCount,
    });
    this.role = new Role(this, "Role", { roleName: stageName, service: "lambda.amazonaws.com", description });
    this.logGroup = new LogGroup(this, "LogGroup", {
      logGroupName: `/aws/lambda/${stageName}`,
      keyArn,
      retentionDays: stage.logRetentionDays,
    });
    this.logGroup.grantWrite(this.role);
    this.queue.grantConsume(this.role);
    source.grantRead(this.role, prefix);

    this.resource = this.createFunction(props, stage);
    this.createMapping(stage);
    source.addObjectCreatedNotification(this.queue, { prefix, ...(suffix === undefined ? {} : { suffix }) });
  }

  private createFunction(props: LambdaStageProps<Environment>, stage: Sizes): LambdaFunction {
    const { stageName, description, bundle, environment } = props;
    const code = new TerraformAsset(this, "Code", { path: bundle.path, type: AssetType.FILE });
    return new LambdaFunction(this, "Resource", {
      functionName: stageName,
      description,
      role: this.role.resource.arn,
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: HANDLER,
      filename: code.path,
      sourceCodeHash: bundle.sha256,
      memorySize: stage.memoryMiB,
      timeout: stage.timeoutSeconds,
      environment: { variables: { ...environment, QUEUE_URL: this.queue.queueUrl } },
      loggingConfig: { logFormat: "JSON", logGroup: this.logGroup.logGroupName },
      // Otherwise Lambda makes the log group itself: not encrypted, kept for ever.
      dependsOn: [this.logGroup.resource],
    });
  }

  /** The queue's literal ARN hides that the role must be able to read it first. */
  private createMapping(stage: Sizes): void {
    new LambdaEventSourceMapping(this, "Mapping", {
      eventSourceArn: this.queue.resource.arn,
      functionName: this.resource.functionName,
      batchSize: stage.batchSize,
      maximumBatchingWindowInSeconds: stage.batchWindowSeconds,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: stage.maximumConcurrency },
      dependsOn: this.role.ready,
    });
  }

  /** Defaults filled in, and every rule checked at once. */
  private withDefaults(props: LambdaStageProps<Environment>): Sizes {
    const {
      memoryMiB = DEFAULTS.memoryMiB,
      timeoutSeconds = DEFAULTS.timeoutSeconds,
      batchSize = DEFAULTS.batchSize,
      batchWindowSeconds = DEFAULTS.batchWindowSeconds,
      maximumConcurrency = DEFAULTS.maximumConcurrency,
      maxReceiveCount = DEFAULTS.maxReceiveCount,
      logRetentionDays = DEFAULTS.logRetentionDays,
    } = props;
    const least = 6 * timeoutSeconds + batchWindowSeconds;
    const { visibilityTimeoutSeconds = least } = props;
    const stage = {
      ...{ memoryMiB, timeoutSeconds, batchSize, batchWindowSeconds, maximumConcurrency },
      ...{ maxReceiveCount, logRetentionDays, visibilityTimeoutSeconds },
    };
    const mistakes = mistakesIn(stage, least);
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    return stage;
  }
}

type Sizes = Readonly<Record<keyof typeof DEFAULTS | "visibilityTimeoutSeconds", number>>;

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
function mistakesIn(stage: Sizes, leastVisibility: number): string[] {
  const rules: readonly [name: keyof Sizes, holds: boolean, rule: string][] = [
    ["memoryMiB", within(stage.memoryMiB, 128, 10_240), "must be 128 to 10240"],
    ["timeoutSeconds", within(stage.timeoutSeconds, 1, 900), "must be 1 to 900"],
    ["batchSize", within(stage.batchSize, 1, 10_000), "must be 1 to 10000"],
    [
      "batchWindowSeconds",
      within(stage.batchWindowSeconds, 0, 300) && (stage.batchSize <= 10 || stage.batchWindowSeconds >= 1),
      "must be 0 to 300, and at least 1 when batchSize is above 10",
    ],
    ["maximumConcurrency", within(stage.maximumConcurrency, 2, 1_000), "must be 2 to 1000"],
    [
      "maxReceiveCount",
      within(stage.maxReceiveCount, 5, 1_000),
      "must be 5 to 1000, because a throttled call counts too",
    ],
    [
      "visibilityTimeoutSeconds",
      within(stage.visibilityTimeoutSeconds, leastVisibility, 43_200),
      `must be 6 × timeoutSeconds + batchWindowSeconds (${leastVisibility}) to 43200`,
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([name, , rule]) => `${name} ${rule}, got ${stage[name]}`);
}

function within(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
