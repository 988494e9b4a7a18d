import { Token } from "cdktf";

export const DEFAULTS = {
  engineVersion: "16.9",
  minCapacityUnits: 0.5,
  maxCapacityUnits: 4,
  instances: 1,
  backupDays: 7,
  logRetentionDays: 30,
  keepOnDestroy: true,
} as const;

export interface PostgresProps {
  /** Name of the cluster; its instances add a number. */
  readonly clusterName: string;
  /** The database that is made in it. */
  readonly databaseName: string;
  readonly vpcId: string;
  /** Subnets in two zones or more, without a way in from the internet. */
  readonly subnetIds: string[];
  /** Alias of the key that encrypts the data, the backups, the log and the master user's secret. */
  readonly keyAlias: string;
  /** ARN of that key; RDS answers with it, so an alias would never plan empty. */
  readonly keyArn: string;
  /**
   * Version that the cluster is made with, of 13 or later. AWS raises the minor version itself, in a maintenance window,
   * so no plan ever changes it; the major version must stay, because the parameters are for that one. @default 16.9
   *
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.PostgreSQL.html
   */
  readonly engineVersion?: string;
  /** Capacity when nothing happens, in Aurora capacity units of 2 GiB, 0.5 to `maxCapacityUnits`. @default 0.5 */
  readonly minCapacityUnits?: number;
  /** Capacity at most, in Aurora capacity units of 2 GiB, 1 to 256. @default 4 */
  readonly maxCapacityUnits?: number;
  /** One writes, the others read and take over, 1 to 16. @default 1 */
  readonly instances?: number;
  /** Days that the cluster can be brought back to any second of, 1 to 35. @default 7 */
  readonly backupDays?: number;
  /** Days that a log line is kept. @default 30 */
  readonly logRetentionDays?: number;
  /** Refuses to destroy the cluster, which leaves a last snapshot if it is destroyed all the same. @default true */
  readonly keepOnDestroy?: boolean;
}

export type PostgresSettings = Required<PostgresProps>;

/**
 * What is wrong with the settings.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
 */
export function postgresMistakes(settings: PostgresSettings): string[] {
  const { clusterName, databaseName, subnetIds, engineVersion, instances, backupDays } = settings;
  const { minCapacityUnits: least, maxCapacityUnits: most } = settings;
  const rules: readonly [name: string, holds: boolean, rule: string, value: string | number][] = [
    [
      "clusterName",
      /^[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]$/.test(clusterName),
      "must be 2 to 63 of a-z, 0-9 and single hyphens and begin with a letter",
      clusterName,
    ],
    [
      "databaseName",
      /^[a-z][a-z0-9_]{0,62}$/.test(databaseName),
      "must be 1 to 63 of a-z, 0-9 and _ and begin with a letter",
      databaseName,
    ],
    [
      "subnetIds",
      Token.isUnresolved(subnetIds) || subnetIds.length >= 2,
      "must be 2 or more",
      subnetIds.length,
    ],
    [
      "engineVersion",
      /^(1[3-9]|[2-9]\d)\.\d+$/.test(engineVersion),
      "must be <major>.<minor> of 13 or later",
      engineVersion,
    ],
    [
      "minCapacityUnits",
      isHalves(least) && least >= 0.5 && least <= most,
      `must be 0.5 to ${most} in steps of 0.5`,
      least,
    ],
    [
      "maxCapacityUnits",
      isHalves(most) && most >= 1 && most <= 256,
      "must be 1 to 256 in steps of 0.5",
      most,
    ],
    [
      "instances",
      Number.isInteger(instances) && instances >= 1 && instances <= 16,
      "must be 1 to 16",
      instances,
    ],
    [
      "backupDays",
      Number.isInteger(backupDays) && backupDays >= 1 && backupDays <= 35,
      "must be 1 to 35",
      backupDays,
    ],
  ];
  return rules
    .filter(([, holds]) => !holds)
    .map(([name, , rule, value]) => `${name} ${rule}, got ${value === "" ? "nothing" : value}`);
}

const isHalves = (value: number) => Number.isInteger(value * 2);
