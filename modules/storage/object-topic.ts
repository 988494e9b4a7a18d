import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { denyWithoutTls, policyJson, type ResourceStatement } from "../iam";
import { accountOf, arnOf } from "../shared";
import type { ObjectFilter } from "./bucket-notifications";
import type { BucketReference } from "./bucket-reference";
import type { WorkQueue } from "./work-queue";

export interface ObjectTopicReferenceProps {
  /** Name in AWS. */
  readonly topicName: string;
  /** Alias of the key that encrypts the topic. */
  readonly keyAlias: string;
}

export interface ObjectTopicProps extends ObjectTopicReferenceProps, ObjectFilter {
  /** The bucket whose objects the topic is about. */
  readonly source: BucketReference;
}

/** A topic of objects by its name, wherever it is made: queues subscribe to it. */
export class ObjectTopicReference extends Construct {
  readonly topicName: string;
  /** Literal. */
  readonly topicArn: string;
  readonly keyAlias: string;

  constructor(scope: Construct, id: string, props: ObjectTopicReferenceProps) {
    super(scope, id);
    this.topicName = props.topicName;
    this.keyAlias = props.keyAlias;
    this.topicArn = arnOf(this, "sns", props.topicName);
  }

  /**
   * Sends every message to `queue` as well, as S3 wrote it. The queue's key must let SNS use it
   * (`EncryptionKey.grantTopics`): what SNS may not deliver is gone.
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
   */
  subscribe(scope: Construct, id: string, queue: WorkQueue): SnsTopicSubscription {
    queue.grantSendFromTopic(this.topicArn);
    return new SnsTopicSubscription(scope, id, {
      topicArn: this.arnIn(scope),
      protocol: "sqs",
      endpoint: queue.resource.arn,
      rawMessageDelivery: true,
    });
  }

  /** What a resource of the stack around `scope` names the topic by. */
  protected arnIn(_scope: Construct): string {
    return this.topicArn;
  }
}

/**
 * Tells many queues of the objects of one bucket, where S3 itself tells one: encrypted, TLS only, and open to that
 * bucket alone.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ways-to-add-notification-config-to-bucket.html
 */
export class ObjectTopic extends ObjectTopicReference {
  readonly resource: SnsTopic;
  private readonly statements: ResourceStatement[];
  /** ARNs of the buckets that may send. */
  private readonly senders = new Set<string>();

  constructor(scope: Construct, id: string, props: ObjectTopicProps) {
    super(scope, id, props);
    const { source, keyAlias, prefix, suffix, removals = false } = props;
    this.statements = [denyWithoutTls("sns", [this.topicArn], "Publish")];
    this.resource = new SnsTopic(this, "Resource", {
      name: this.topicName,
      kmsMasterKeyId: keyAlias,
      policy: policyJson(this.statements),
    });
    source.addNotification(this, { prefix, removals, ...(suffix === undefined ? {} : { suffix }) });
  }

  /** Reference to a topic that another stack makes. */
  static fromName(scope: Construct, id: string, props: ObjectTopicReferenceProps): ObjectTopicReference {
    return new ObjectTopicReference(scope, id, props);
  }

  /**
   * Lets S3 send what happens in one bucket of this account; saying it again changes nothing.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
   */
  grantSendFromBucket(bucketArn: string): void {
    if (this.senders.has(bucketArn)) return;
    this.senders.add(bucketArn);
    this.statements.push({
      principal: { Service: "s3.amazonaws.com" },
      actions: ["sns:Publish"],
      resources: [this.topicArn],
      conditions: {
        ArnEquals: { "aws:SourceArn": bucketArn },
        StringEquals: { "aws:SourceAccount": accountOf(this).accountId },
      },
    });
    this.resource.policy = policyJson(this.statements);
  }

  protected override arnIn(scope: Construct): string {
    return TerraformStack.of(scope) === TerraformStack.of(this) ? this.resource.arn : this.topicArn;
  }
}
