import type { Construct } from "constructs";
import { PostgresAccess } from "./postgres-access";

export interface PostgresReferenceProps {
  /** Name of the cluster. */
  readonly clusterName: string;
  /** The database in it. */
  readonly databaseName: string;
  /** Where the instance that writes listens, as the stack that makes it publishes it. */
  readonly host: string;
  /** Security group of the cluster, as that stack publishes it. */
  readonly securityGroupId: string;
}

/** A database that another stack makes: AWS makes its address and its security group, so they are given. */
export class PostgresReference extends PostgresAccess {
  readonly host: string;
  readonly databaseName: string;
  readonly clusterName: string;
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: PostgresReferenceProps) {
    super(scope, id);
    this.host = props.host;
    this.databaseName = props.databaseName;
    this.clusterName = props.clusterName;
    this.securityGroupId = props.securityGroupId;
  }
}
