import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { Construct } from "constructs";
import { type BucketReference, type ObjectFilter, type ObjectTopicReference, WorkQueue } from "../storage";
import { addQueueAlarms } from "./function-alarms";
import { FunctionBase } from "./function-base";
import { checkPipeline } from "./pipeline/pipeline-check";
import type { LambdaStageProps } from "./stage-props";
import { mistakesInStage, type StageNumbers, stageNumbers } from "./stage-rules";

/**
 * A stage of a pipeline: new objects of a bucket → queue → function, with a log group and a role of its own.
 * A failed message comes back alone (partial batch response), and ends in the dead-letter queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export class LambdaStage<Environment extends object> extends FunctionBase {
  readonly queue: WorkQueue;
  readonly mapping: LambdaEventSourceMapping;
  /** Where its objects come from, and which of them. */
  readonly source: BucketReference;
  readonly filter: ObjectFilter;
  /** The topic that it takes them from; none where the bucket itself tells it. */
  readonly topic: ObjectTopicReference | undefined;
  readonly resource: LambdaFunction;

  /** @throws ModuleError with every prop that breaks a rule */
  constructor(scope: Construct, id: string, props: LambdaStageProps<Environment>) {
    super(scope, id, props.stageName, props, mistakesInStage(props));
    const numbers = stageNumbers(props);
    const { stageName, keyAlias, source, prefix, suffix, removals, environment, alarmTopic } = props;
    this.source = source;
    this.topic = props.topic;
    this.filter = {
      prefix,
      ...(suffix === undefined ? {} : { suffix }),
      ...(removals === undefined ? {} : { removals }),
    };

    this.queue = new WorkQueue(this, "Queue", {
      queueName: stageName,
      keyAlias,
      visibilityTimeoutSeconds: numbers.visibilityTimeoutSeconds,
      maxReceiveCount: numbers.maxReceiveCount,
    });
    this.queue.grantConsume(this.role);
    source.grantRead(this.role, prefix);

    this.resource = this.createFunction({ ...environment, QUEUE_URL: this.queue.queueUrl });
    this.mapping = this.createMapping(numbers);
    this.subscribe();
    checkPipeline(this);
    if (alarmTopic) {
      const { oldestMessageAlarmSeconds: oldestMessageSeconds } = numbers;
      addQueueAlarms(this, { queue: this.queue, oldestMessageSeconds, topic: alarmTopic });
    }
  }

  /** The queue's literal ARN hides that the role must be able to read it first. */
  private createMapping(numbers: StageNumbers): LambdaEventSourceMapping {
    return new LambdaEventSourceMapping(this, "Mapping", {
      eventSourceArn: this.queue.resource.arn,
      functionName: this.resource.functionName,
      batchSize: numbers.batchSize,
      maximumBatchingWindowInSeconds: numbers.batchWindowSeconds,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: numbers.maximumConcurrency },
      dependsOn: this.role.ready,
    });
  }

  private subscribe(): void {
    if (this.topic) this.topic.subscribe(this, "Subscription", this.queue);
    else this.source.addNotification(this.queue, this.filter);
  }
}
