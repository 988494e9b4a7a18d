import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Construct } from "constructs";
import { arnOf, ModuleError } from "../../shared";
import { grantKey } from "../encryption-key";
import { LogGroup } from "../log-group";
import { PARAMETERS, parameterFamily } from "./parameters";
import { PostgresAccess, type PostgresClient } from "./postgres-access";
import { DEFAULTS, type PostgresProps, type PostgresSettings, postgresMistakes } from "./postgres-props";
import { PostgresReference, type PostgresReferenceProps } from "./postgres-reference";

const ENGINE = "aurora-postgresql";
const MASTER_USER = "postgres";

/**
 * A PostgreSQL database that grows and shrinks with its load (Aurora Serverless v2): encrypted, TLS only, reached by
 * nobody until granted, by users without passwords. The master user's password is made and kept by RDS in Secrets
 * Manager, and is in no configuration and no state.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
 */
export class Postgres extends PostgresAccess {
  readonly host: string;
  /** 5432, and on the embedded AWS what its server was given; made by AWS. */
  readonly port: number;
  readonly databaseName: string;
  readonly clusterName: string;
  /** Literal. */
  readonly clusterArn: string;
  /** Made by AWS. */
  readonly masterSecretArn: string;
  readonly securityGroupId: string;
  readonly resource: RdsCluster;
  /** What must be there before anybody can connect, for `dependsOn`. */
  readonly ready: readonly RdsClusterInstance[];
  private readonly keyAlias: string;

  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id);
    const settings = { ...DEFAULTS, ...props };
    const mistakes = postgresMistakes(settings);
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    this.clusterName = settings.clusterName;
    this.databaseName = settings.databaseName;
    this.keyAlias = settings.keyAlias;
    this.clusterArn = arnOf(this, "rds", `cluster:${this.clusterName}`);
    this.securityGroupId = this.createSecurityGroup(settings.vpcId).id;
    this.resource = this.createCluster(settings);
    this.ready = this.createInstances(settings);
    this.host = this.resource.endpoint;
    this.port = this.resource.port;
    this.masterSecretArn = this.resource.masterUserSecret.get(0).secretArn;
  }

  /** A database that another stack makes. */
  static fromAttributes(scope: Construct, id: string, props: PostgresReferenceProps): PostgresReference {
    return new PostgresReference(scope, id, props);
  }

  /**
   * Lets `client` read the master user's password, and connect with it: for what makes the other users. RDS makes the
   * secret's name and puts the cluster's ARN on it as a tag.
   *
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Tagging.html
   */
  grantMasterSecret(client: PostgresClient): void {
    this.admit(client);
    client.role.allow({
      actions: ["secretsmanager:GetSecretValue"],
      resources: [arnOf(this, "secretsmanager", "secret:rds!cluster-*")],
      conditions: { StringEquals: { "aws:ResourceTag/aws:rds:primaryDBClusterArn": this.clusterArn } },
    });
    grantKey(this, client.role, this.keyAlias, "secretsmanager", ["kms:Decrypt"]);
  }

  /** Nobody gets in until admitted, and nothing ever gets out. */
  private createSecurityGroup(vpcId: string): SecurityGroup {
    const name = this.clusterName;
    return new SecurityGroup(this, "SecurityGroup", {
      name,
      description: `PostgreSQL of ${name}`,
      vpcId,
      egress: [],
      tags: { Name: name },
    });
  }

  private createCluster(settings: PostgresSettings): RdsCluster {
    const { clusterName, engineVersion, keyArn, keepOnDestroy } = settings;
    const subnets = new DbSubnetGroup(this, "Subnets", { name: clusterName, subnetIds: settings.subnetIds });
    const parameters = new RdsClusterParameterGroup(this, "Parameters", {
      name: `${clusterName}-${engineVersion.split(".", 1).join()}`,
      family: parameterFamily(engineVersion),
      parameter: Object.entries(PARAMETERS).map(([name, value]) => ({ name, value })),
      lifecycle: { createBeforeDestroy: true },
    });
    // Otherwise RDS makes the log group itself: not encrypted, kept for ever.
    const log = new LogGroup(this, "LogGroup", {
      logGroupName: postgresLogGroup(clusterName),
      keyArn,
      retentionDays: settings.logRetentionDays,
    });
    return new RdsCluster(this, "Resource", {
      clusterIdentifier: clusterName,
      engine: ENGINE,
      engineMode: "provisioned",
      engineVersion,
      databaseName: settings.databaseName,
      masterUsername: MASTER_USER,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: keyArn,
      iamDatabaseAuthenticationEnabled: true,
      storageEncrypted: true,
      kmsKeyId: keyArn,
      serverlessv2ScalingConfiguration: {
        minCapacity: settings.minCapacityUnits,
        maxCapacity: settings.maxCapacityUnits,
      },
      dbSubnetGroupName: subnets.name,
      dbClusterParameterGroupName: parameters.name,
      vpcSecurityGroupIds: [this.securityGroupId],
      backupRetentionPeriod: settings.backupDays,
      copyTagsToSnapshot: true,
      enabledCloudwatchLogsExports: ["postgresql"],
      deletionProtection: keepOnDestroy,
      skipFinalSnapshot: !keepOnDestroy,
      ...(keepOnDestroy ? { finalSnapshotIdentifier: `${clusterName}-final` } : {}),
      lifecycle: { preventDestroy: keepOnDestroy, ignoreChanges: ["engine_version"] },
      dependsOn: [log.resource],
    });
  }

  private createInstances({ instances, keyArn }: PostgresSettings): RdsClusterInstance[] {
    return Array.from(
      { length: instances },
      (_, index) =>
        new RdsClusterInstance(this, `Instance${index + 1}`, {
          identifier: `${this.clusterName}-${index + 1}`,
          clusterIdentifier: this.resource.id,
          engine: ENGINE,
          instanceClass: "db.serverless",
          autoMinorVersionUpgrade: true,
          copyTagsToSnapshot: true,
          performanceInsightsEnabled: true,
          performanceInsightsKmsKeyId: keyArn,
          publiclyAccessible: false,
        }),
    );
  }
}

/**
 * Where the log of a cluster goes: the environment's key must let CloudWatch Logs encrypt it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html
 */
export function postgresLogGroup(clusterName: string): string {
  return `/aws/rds/cluster/${clusterName}/postgresql`;
}
