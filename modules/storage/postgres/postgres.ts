import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct, type IConstruct } from "constructs";
import type { Grantee } from "../../iam";
import { arnOf, ModuleError } from "../../shared";
import { grantKey } from "../encryption-key";
import { LogGroup } from "../log-group";
import { PARAMETERS, parameterFamily } from "./parameters";
import { DEFAULTS, type PostgresProps, type PostgresSettings, postgresMistakes } from "./postgres-props";

const PORT = 5432;
const ENGINE = "aurora-postgresql";
const MASTER_USER = "postgres";

/** What connects to a database: something in the VPC, with a role and a security group of its own. */
export interface PostgresClient extends IConstruct {
  readonly role: Grantee;
  /** Only what is in a VPC has one. */
  readonly securityGroupId?: string | undefined;
}

/**
 * A PostgreSQL database that grows and shrinks with its load (Aurora Serverless v2): encrypted, TLS only, reached by
 * nobody until granted, by users without passwords. The master user's password is made and kept by RDS in Secrets
 * Manager, and is in no configuration and no state.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
 */
export class Postgres extends Construct {
  /** Where the instance that writes listens; made by AWS. */
  readonly host: string;
  /** 5432, and on the embedded AWS what its server was given; made by AWS. */
  readonly port: number;
  readonly databaseName: string;
  readonly clusterName: string;
  /** Literal. */
  readonly clusterArn: string;
  /** Made by AWS. */
  readonly masterSecretArn: string;
  /** Made by AWS. */
  readonly securityGroupId: string;
  readonly resource: RdsCluster;
  /** What must be there before anybody can connect, for `dependsOn`. */
  readonly ready: readonly RdsClusterInstance[];
  private readonly keyAlias: string;
  private readonly clients = new Set<PostgresClient>();

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

  /**
   * Lets `client` connect as `userName`, by its role instead of a password, and through the network.
   *
   * @throws ModuleError when the name is not of one environment, or the client is in no VPC
   */
  grantConnect(client: PostgresClient, userName: string): void {
    this.grantUser(client.role, userName);
    this.admit(client);
  }

  /**
   * Lets `grantee` be `userName`, wherever it comes from: the network must admit it too. Policies cannot name a cluster
   * whose id AWS makes: the user must, by the project and environment in its name.
   *
   * @throws ModuleError when the name is not of one environment
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
   */
  grantUser(grantee: Grantee, userName: string): void {
    if (!/^[a-z][a-z0-9]*(_[a-z0-9]+){2,}$/.test(userName)) {
      const rule =
        "userName must be <project>_<environment>_<user>, or it is a user of every cluster of the account";
      throw new ModuleError(this, `${rule}, got ${userName || "nothing"}`);
    }
    grantee.allow({
      actions: ["rds-db:connect"],
      resources: [arnOf(this, "rds-db", `dbuser:cluster-*/${userName}`)],
    });
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

  /** Both ends of a connection say that it may be. */
  private admit(client: PostgresClient): void {
    if (this.clients.has(client)) return;
    if (client.securityGroupId === undefined) {
      throw new ModuleError(this, `client must be in the VPC, got ${client.node.path} without one`);
    }
    this.clients.add(client);
    const name = client.node.id;
    const tcp = { ipProtocol: "tcp", fromPort: PORT, toPort: PORT };
    new VpcSecurityGroupIngressRule(this, `From${name}`, {
      ...tcp,
      securityGroupId: this.securityGroupId,
      referencedSecurityGroupId: client.securityGroupId,
      description: `PostgreSQL from ${name}`,
    });
    new VpcSecurityGroupEgressRule(this, `To${name}`, {
      ...tcp,
      securityGroupId: client.securityGroupId,
      referencedSecurityGroupId: this.securityGroupId,
      description: `PostgreSQL of ${this.clusterName}`,
    });
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
