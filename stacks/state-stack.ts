import type { Construct } from "constructs";
import { logGroup } from "../config/naming";
import { arnOf, Bucket, EncryptionKey } from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { type Contract, publishContract } from "./contract";

/** The key is made by AWS; the arguments that take no alias need its ARN. */
export const STATE_CONTRACT = { stack: "state", fields: { keyArn: "id" } } as const satisfies Contract;

/** The ground that the other stacks stand on: the environment's key, and the bucket of all its states. */
export class StateStack extends BaseStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, STATE_CONTRACT.stack, props);
    const { keepDataOnDestroy: keepOnDestroy, retention } = this.config;
    const { keyAlias, stateBucket, rawBucket, curatedBucket, structure, load } = this.names;

    const key = new EncryptionKey(this, "Key", { alias: keyAlias, keepOnDestroy });
    key.grantLogGroups([structure, load].map((name) => arnOf(this, "logs", `log-group:${logGroup(name)}`)));
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
