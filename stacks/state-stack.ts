import type { Construct } from "constructs";
import { logGroup } from "../config/naming";
import { arnOf, Bucket, EncryptionKey, flowLogGroup } from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { type Contract, publishContract } from "./contract";

/** The key is made by AWS; the arguments that take no alias need its ARN. */
export const STATE_CONTRACT = { stack: "state", fields: { keyArn: "id" } } as const satisfies Contract;

/** The ground that the other stacks stand on: the environment's key, and the bucket of all its states. */
export class StateStack extends BaseStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, STATE_CONTRACT.stack, props);
    const { keepDataOnDestroy: keepOnDestroy, retention } = this.config;
    const { keyAlias, stateBucket, rawBucket, curatedBucket, network, structure, load } = this.names;

    const key = new EncryptionKey(this, "Key", { alias: keyAlias, keepOnDestroy });
    const logGroups = [logGroup(structure), logGroup(load), flowLogGroup(network)];
    key.grantLogGroups(logGroups.map((name) => arnOf(this, "logs", `log-group:${name}`)));
    key.grantNotifications([rawBucket, curatedBucket].map((name) => `arn:aws:s3:::${name}`));
    new Bucket(this, "States", {
      bucketName: stateBucket,
      keyAlias,
      keepOnDestroy,
      noncurrentVersionDays: retention.oldVersionDays,
    });

    publishContract(this, STATE_CONTRACT, { keyArn: key.keyArn });
  }
}
