import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { type Conditions, type Grantee, policyJson, type ResourceStatement } from "../iam";
import { accountOf, arnOf, ModuleError } from "../shared";

const DEFAULTS = { keepOnDestroy: true, deletionWindowDays: 30 } as const;

/**
 * What the account's own policies may pass on, spelled out. Without this statement nobody, the account's
 * root included, could manage the key again.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
const ACCOUNT_ACTIONS = [
  ...[
    "CancelKeyDeletion",
    "CreateAlias",
    "CreateGrant",
    "Decrypt",
    "DeleteAlias",
    "DescribeKey",
    "DisableKey",
  ],
  ...["DisableKeyRotation", "EnableKey", "EnableKeyRotation", "Encrypt", "GenerateDataKey"],
  ...["GenerateDataKeyWithoutPlaintext", "GetKeyPolicy", "GetKeyRotationStatus", "ListAliases", "ListGrants"],
  ...["ListKeyPolicies", "ListResourceTags", "PutKeyPolicy", "ReEncryptFrom", "ReEncryptTo", "RetireGrant"],
  ...[
    "RevokeGrant",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
  ],
].map((action) => `kms:${action}`);

export interface EncryptionKeyProps {
  /** `alias/<name>`: how policies and other stacks name the key. */
  readonly alias: string;
  /** Refuses to destroy the key. @default true */
  readonly keepOnDestroy?: boolean;
  /** Days between the order to delete and the deletion, 7 to 30. @default 30 */
  readonly deletionWindowDays?: number;
}

/** A customer managed key, rotated every year, named by its alias in every policy. */
export class EncryptionKey extends Construct {
  /** Made by AWS: hand it to other stacks through a contract. */
  readonly keyArn: string;
  readonly alias: string;
  readonly resource: KmsKey;
  private readonly statements: ResourceStatement[];

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const {
      alias,
      keepOnDestroy = DEFAULTS.keepOnDestroy,
      deletionWindowDays = DEFAULTS.deletionWindowDays,
    } = props;
    this.check(alias, deletionWindowDays);
    this.alias = alias;
    this.statements = [this.accountStatement()];
    this.resource = new KmsKey(this, "Resource", {
      description: `Encrypts what ${alias} names`,
      enableKeyRotation: true,
      deletionWindowInDays: deletionWindowDays,
      policy: policyJson(this.statements),
      lifecycle: { preventDestroy: keepOnDestroy },
    });
    new KmsAlias(this, "Alias", { name: alias, targetKeyId: this.resource.keyId });
    this.keyArn = this.resource.arn;
  }

  /**
   * Lets CloudWatch Logs encrypt these log groups.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  grantLogGroups(logGroupArns: readonly string[]): void {
    this.addStatement({
      principal: { Service: `logs.${accountOf(this).region}.amazonaws.com` },
      actions: ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "DescribeKey"].map(
        (action) => `kms:${action}`,
      ),
      resources: ["*"],
      conditions: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": logGroupArns } },
    });
  }

  /**
   * Lets S3 put the notifications of these buckets into queues and topics that the key encrypts.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
   */
  grantNotifications(bucketArns: readonly string[]): void {
    this.addSender("s3.amazonaws.com", {
      StringEquals: { "aws:SourceAccount": accountOf(this).accountId },
      ArnEquals: { "aws:SourceArn": bucketArns },
    });
  }

  /**
   * Lets SNS deliver what these topics are sent to queues that the key encrypts. SNS names the topic, whose ARN holds
   * the account, and documents no other source.
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
   */
  grantTopics(topicArns: readonly string[]): void {
    this.addSender("sns.amazonaws.com", { ArnEquals: { "aws:SourceArn": topicArns } });
  }

  /**
   * Lets alarms send to topics that the key encrypts: these, named by ARNs or patterns of them, or all of the account
   * and region.
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
   */
  grantAlarms(alarmArns: readonly string[] = [arnOf(this, "cloudwatch", "alarm:*")]): void {
    this.addSender("cloudwatch.amazonaws.com", {
      StringEquals: { "aws:SourceAccount": accountOf(this).accountId },
      ArnLike: { "aws:SourceArn": alarmArns },
    });
  }

  /** A service that sends into what the key encrypts, on behalf of its source. */
  private addSender(service: string, conditions: Conditions): void {
    this.addStatement({
      principal: { Service: service },
      actions: ["kms:GenerateDataKey", "kms:Decrypt"],
      resources: ["*"],
      conditions,
    });
  }

  private addStatement(statement: ResourceStatement): void {
    this.statements.push(statement);
    this.resource.policy = policyJson(this.statements);
  }

  /** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
  private check(alias: string, days: number): void {
    const mistakes: string[] = [];
    if (!/^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/.test(alias)) {
      mistakes.push(`alias must be alias/<name> and not begin with alias/aws/, got ${alias}`);
    }
    if (!Number.isInteger(days) || days < 7 || days > 30) {
      mistakes.push(`deletionWindowDays must be a whole number of 7 to 30, got ${days}`);
    }
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
  }

  private accountStatement(): ResourceStatement {
    return { principal: { AWS: arnOf(this, "iam", "root") }, actions: ACCOUNT_ACTIONS, resources: ["*"] };
  }
}

/** The key's alias as a literal ARN, for arguments that take one. */
export function keyAliasArn(scope: Construct, keyAlias: string): string {
  return arnOf(scope, "kms", keyAlias);
}

/**
 * Lets `grantee` use the key that `keyAlias` names, through one service only. AWS makes the key's id, so
 * the statement stays literal by naming the alias as a condition.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function grantKey(
  scope: Construct,
  grantee: Grantee,
  keyAlias: string,
  service: string,
  actions: readonly ("kms:Decrypt" | "kms:GenerateDataKey")[],
): void {
  grantee.allow({
    actions,
    resources: [arnOf(scope, "kms", "key/*")],
    conditions: {
      StringEquals: { "kms:ViaService": `${service}.${accountOf(scope).region}.amazonaws.com` },
      "ForAnyValue:StringEquals": { "kms:ResourceAliases": keyAlias },
    },
  });
}
