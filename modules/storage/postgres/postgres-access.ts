import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct, type IConstruct } from "constructs";
import type { Grantee } from "../../iam";
import { arnOf, ModuleError } from "../../shared";

const PORT = 5432;

/** What connects to a database: something in the VPC, with a role and a security group of its own. */
export interface PostgresClient extends IConstruct {
  readonly role: Grantee;
  /** Only what is in a VPC has one. */
  readonly securityGroupId?: string | undefined;
}

/** A database, wherever it is made: grants on it. */
export abstract class PostgresAccess extends Construct {
  /** Where the instance that writes listens; made by AWS. */
  abstract readonly host: string;
  abstract readonly databaseName: string;
  abstract readonly clusterName: string;
  /** Made by AWS. */
  abstract readonly securityGroupId: string;
  private readonly clients = new Set<PostgresClient>();

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

  /** Both ends of a connection say that it may be. */
  protected admit(client: PostgresClient): void {
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
}
