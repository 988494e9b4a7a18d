import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { TerraformIterator } from "cdktf";
import { Construct } from "constructs";
import { denyWithoutTls, policyJson, type ResourceStatement } from "../iam";
import { accountOf, arnOf, ModuleError } from "../shared";

export interface AlarmTopicReferenceProps {
  /** Name in AWS. */
  readonly topicName: string;
}

export interface AlarmTopicProps extends AlarmTopicReferenceProps {
  /** Alias of the key that encrypts the topic; the key must let in `cloudwatch.amazonaws.com`. */
  readonly keyAlias: string;
  /** Who is told, by mail: each confirms once, by the link in AWS's first mail. @default nobody */
  readonly emails?: readonly string[];
}

/** A topic of alarms by its name, wherever it is made. */
export class AlarmTopicReference extends Construct {
  readonly topicName: string;
  /** Literal. */
  readonly topicArn: string;

  constructor(scope: Construct, id: string, props: AlarmTopicReferenceProps) {
    super(scope, id);
    this.topicName = props.topicName;
    this.topicArn = arnOf(this, "sns", this.topicName);
  }
}

/** Where alarms go: encrypted, TLS only, and only this account's CloudWatch alarms may publish. */
export class AlarmTopic extends AlarmTopicReference {
  readonly resource: SnsTopic;

  /** @throws ModuleError on what is no address, or one that is there twice */
  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id, props);
    const { keyAlias, emails = [] } = props;
    this.check(emails);
    this.resource = new SnsTopic(this, "Resource", {
      name: this.topicName,
      kmsMasterKeyId: keyAlias,
      policy: policyJson([denyWithoutTls("sns", [this.topicArn], "Publish"), this.alarms()]),
    });
    if (emails.length > 0) this.subscribe(emails);
  }

  /** Reference to a topic that another stack makes. */
  static fromName(scope: Construct, id: string, props: AlarmTopicReferenceProps): AlarmTopicReference {
    return new AlarmTopicReference(scope, id, props);
  }

  /** One resource for all, keyed by address: who comes or goes moves nobody else. */
  private subscribe(emails: readonly string[]): void {
    const each = TerraformIterator.fromList([...emails]);
    new SnsTopicSubscription(this, "Emails", {
      forEach: each,
      topicArn: this.resource.arn,
      protocol: "email",
      endpoint: each.value,
    });
  }

  /** @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html */
  private alarms(): ResourceStatement {
    return {
      principal: { Service: "cloudwatch.amazonaws.com" },
      actions: ["sns:Publish"],
      resources: [this.topicArn],
      conditions: {
        ArnLike: { "aws:SourceArn": arnOf(this, "cloudwatch", "alarm:*") },
        StringEquals: { "aws:SourceAccount": accountOf(this).accountId },
      },
    };
  }

  private check(emails: readonly string[]): void {
    const mistakes = [
      ...emails
        .filter((email) => !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email))
        .map((email) => `emails must be addresses, as team@example.com, got ${email || "nothing"}`),
      ...new Set(
        emails
          .filter((email, index) => emails.indexOf(email) !== index)
          .map((email) => `emails must hold each once, got ${email} twice`),
      ),
    ];
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
  }
}
