import { Construct } from "constructs";
import type { Grantee } from "../../iam";
import { arnOf } from "../../shared";
import type { BucketReference } from "../bucket-reference";

export interface LakeReferenceProps {
  /** Name of the database in the catalogue. */
  readonly databaseName: string;
  /** Name of the table in it. */
  readonly tableName: string;
  /** Name of the workgroup in which it is queried. */
  readonly workgroupName: string;
  /** The bucket that holds the files. */
  readonly source: BucketReference;
  /** What the files' keys begin with; ends with `/`. */
  readonly prefix: string;
  /** The bucket for the results of queries. */
  readonly results: BucketReference;
  /** What the results' keys begin with; ends with `/`. @default results/ */
  readonly resultsPrefix?: string;
}

/** A lake by its names, wherever it is made: grants on it. */
export class LakeReference extends Construct {
  readonly databaseName: string;
  readonly tableName: string;
  readonly workgroupName: string;
  readonly resultsPrefix: string;
  /** Literal. */
  readonly tableArn: string;
  /** Literal. */
  readonly workgroupArn: string;
  readonly source: BucketReference;
  readonly prefix: string;
  readonly results: BucketReference;

  constructor(scope: Construct, id: string, props: LakeReferenceProps) {
    super(scope, id);
    const {
      databaseName,
      tableName,
      workgroupName,
      source,
      prefix,
      results,
      resultsPrefix = "results/",
    } = props;
    this.databaseName = databaseName;
    this.tableName = tableName;
    this.workgroupName = workgroupName;
    this.source = source;
    this.prefix = prefix;
    this.results = results;
    this.resultsPrefix = resultsPrefix;
    this.tableArn = arnOf(this, "glue", `table/${databaseName}/${tableName}`);
    this.workgroupArn = arnOf(this, "athena", `workgroup/${workgroupName}`);
  }

  /**
   * Lets `grantee` query the table. Athena reads the files and writes the results in the name of whoever asks.
   *
   * @see https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html
   * @see https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
   * @see https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html
   */
  grantQuery(grantee: Grantee): void {
    grantee.allow({
      actions: [
        ...["athena:StartQueryExecution", "athena:StopQueryExecution", "athena:GetQueryExecution"],
        ...["athena:GetQueryResults", "athena:GetWorkGroup"],
      ],
      resources: [this.workgroupArn],
    });
    const catalogue = arnOf(this, "glue", "catalog");
    const database = (name: string) => arnOf(this, "glue", `database/${name}`);
    // Athena looks at the database `default` before it looks at any other.
    grantee.allow({
      actions: ["glue:GetDatabase"],
      resources: [catalogue, database("default"), database(this.databaseName)],
    });
    grantee.allow({
      actions: ["glue:GetTable", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"],
      resources: [catalogue, database(this.databaseName), this.tableArn],
    });
    for (const [bucket, prefix] of [
      [this.source, this.prefix],
      [this.results, this.resultsPrefix],
    ] as const) {
      bucket.grantRead(grantee, prefix);
      bucket.grantList(grantee, prefix);
      grantee.allow({ actions: ["s3:GetBucketLocation"], resources: [bucket.bucketArn] });
    }
    this.results.grantWrite(grantee, this.resultsPrefix);
    this.results.grantUploads(grantee, this.resultsPrefix);
  }
}
