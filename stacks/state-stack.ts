import type { Construct } from "constructs";
import { logGroup, taskLogGroup } from "../config/naming";
import {
  AlarmTopic,
  arnOf,
  Bucket,
  clusterLogGroups,
  EncryptionKey,
  firewallLogGroup,
  flowLogGroup,
  postgresLogGroup,
  runLogGroup,
} from "../modules";
import { BaseStack, type PlatformStackProps } from "./base-stack";
import { type Contract, publishContract } from "./contract";

/** The key is made by AWS; the arguments that take no alias need its ARN. */
export const STATE_CONTRACT = { stack: "state", fields: { keyArn: "id" } } as const satisfies Contract;

/** The ground that the other stacks stand on: the environment's key, the bucket of all its states, the topic of its alarms. */
export class StateStack extends BaseStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, STATE_CONTRACT.stack, props);
    const { keepDataOnDestroy: keepOnDestroy, retention, alarms } = this.config;
    const { keyAlias, stateBucket, alarmTopic } = this.names;

    const key = new EncryptionKey(this, "Key", { alias: keyAlias, keepOnDestroy });
    this.grantServices(key);
    new Bucket(this, "States", {
      bucketName: stateBucket,
      keyAlias,
      keepOnDestroy,
      noncurrentVersionDays: retention.oldVersionDays,
    });
    new AlarmTopic(this, "Alarms", { topicName: alarmTopic, keyAlias, emails: alarms.recipients });

    publishContract(this, STATE_CONTRACT, { keyArn: key.keyArn });
  }

  /** The bucket of the states does not lie in itself before it is there. */
  protected override get isAppliedByPerson(): boolean {
    return true;
  }

  /** What AWS's services encrypt in their own name, in every stack. */
  private grantServices(key: EncryptionKey): void {
    const { structure, loadFigures, loadRows, loadLake, migrate, totals, ...names } = this.names;
    const { serveRecommendations, loadRecommendations, followErasure } = names;
    const followers = this.config.spark ? [serveRecommendations, loadRecommendations, followErasure] : [];
    const logGroups = [
      ...[structure, loadFigures, loadRows, loadLake, ...followers, migrate, totals].map(logGroup),
      flowLogGroup(names.network),
      postgresLogGroup(names.databaseCluster),
      ...(this.config.spark === undefined ? [] : [runLogGroup(names.spark)]),
      ...(this.config.dashboard === undefined ? [] : this.dashboardLogGroups()),
    ];
    key.grantLogGroups(logGroups.map((name) => arnOf(this, "logs", `log-group:${name}`)));
    key.grantNotifications([names.rawBucket, names.curatedBucket].map((name) => `arn:aws:s3:::${name}`));
    const topics = [
      names.manifestTopic,
      ...(this.config.spark ? [names.recommendationTopic, names.erasureTopic] : []),
    ];
    key.grantTopics(topics.map((name) => arnOf(this, "sns", name)));
    key.grantAlarms();
  }

  private dashboardLogGroups(): string[] {
    const { cluster, dashboard } = this.names;
    return [
      taskLogGroup(dashboard),
      ...Object.values(clusterLogGroups(cluster)),
      firewallLogGroup(this.names.balancer("dashboard")),
    ];
  }
}
