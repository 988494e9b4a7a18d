import { AthenaWorkgroup } from "@cdktf/provider-aws/lib/athena-workgroup";
import { GlueCatalogDatabase } from "@cdktf/provider-aws/lib/glue-catalog-database";
import { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table";
import type { Construct } from "constructs";
import { ModuleError } from "../../shared";
import { LakeReference, type LakeReferenceProps } from "./lake-reference";
import { type Partitions, projectionProperties } from "./projection";

const DEFAULTS = { scanLimitGiB: 10, keepOnDestroy: true } as const;
const GIB = 1024 ** 3;
/** @see https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html */
const LEAST_SCAN_BYTES = 10_000_000;

/** @see https://docs.aws.amazon.com/athena/latest/ug/parquet-serde.html */
const PARQUET = {
  inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
} as const;

export interface LakeProps extends LakeReferenceProps {
  /** Columns of the files, name in lower case → type of Athena, such as `decimal(18,4)`. */
  readonly columns: Readonly<Record<string, string>>;
  /** Columns that are parts of the key, `<prefix><name>=<value>/…`, in that order. */
  readonly partitions: Partitions;
  /** ARN of the key that encrypts the results. */
  readonly keyArn: string;
  /** GiB that one query may read before it is stopped, 0.0094 (10 MB) or more: a query costs by what it reads. @default 10 */
  readonly scanLimitGiB?: number;
  /** Refuses to destroy the workgroup while it holds queries that have run. @default true */
  readonly keepOnDestroy?: boolean;
}

/**
 * Parquet files of a bucket as a table: in the Glue catalogue, with partitions that nobody has to add, queried with
 * Athena in a workgroup that says where results go and how much a query may read.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
export class Lake extends LakeReference {
  readonly resource: GlueCatalogTable;
  readonly workgroup: AthenaWorkgroup;

  constructor(scope: Construct, id: string, props: LakeProps) {
    super(scope, id, props);
    const { scanLimitGiB = DEFAULTS.scanLimitGiB, keepOnDestroy = DEFAULTS.keepOnDestroy } = props;
    const bytes = Math.round(scanLimitGiB * GIB);
    const mistakes = [
      ...columnMistakes(props),
      ...(bytes >= LEAST_SCAN_BYTES
        ? []
        : [`scanLimitGiB must be 0.0094 (10 MB) or more, got ${scanLimitGiB}`]),
    ];
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    this.resource = this.createTable(props);
    this.workgroup = this.createWorkgroup(bytes, props.keyArn, keepOnDestroy);
  }

  /** Reference to a lake that another stack makes. */
  static fromName(scope: Construct, id: string, props: LakeReferenceProps): LakeReference {
    return new LakeReference(scope, id, props);
  }

  private createTable({ columns, partitions }: LakeProps): GlueCatalogTable {
    const location = `s3://${this.source.bucketName}/${this.prefix}`;
    const database = new GlueCatalogDatabase(this, "Database", { name: this.databaseName });
    return new GlueCatalogTable(this, "Resource", {
      name: this.tableName,
      databaseName: database.name,
      tableType: "EXTERNAL_TABLE",
      parameters: {
        EXTERNAL: "TRUE",
        classification: "parquet",
        ...projectionProperties(location, partitions),
      },
      // A month is a string to the catalogue, whatever is projected.
      partitionKeys: Object.keys(partitions).map((name) => ({ name, type: "string" })),
      storageDescriptor: {
        ...PARQUET,
        location,
        columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
      },
    });
  }

  private createWorkgroup(bytes: number, kmsKeyArn: string, keepOnDestroy: boolean): AthenaWorkgroup {
    return new AthenaWorkgroup(this, "Workgroup", {
      name: this.workgroupName,
      forceDestroy: !keepOnDestroy,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: bytes,
        resultConfiguration: {
          outputLocation: `s3://${this.results.bucketName}/${this.resultsPrefix}`,
          encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn },
        },
      },
    });
  }
}

/** @see https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html */
function columnMistakes({ columns, partitions }: LakeProps): string[] {
  const names = [...Object.keys(columns), ...Object.keys(partitions)];
  return [
    ...(Object.keys(columns).length > 0 ? [] : ["columns must hold at least one, got none"]),
    ...(Object.keys(partitions).length > 0 ? [] : ["partitions must hold at least one, got none"]),
    ...names
      .filter((name) => !/^[a-z][a-z0-9_]{0,254}$/.test(name))
      .map((name) => `columns and partitions must be a-z, 0-9 and _ and begin with a letter, got ${name}`),
    ...Object.keys(partitions)
      .filter((name) => Object.hasOwn(columns, name))
      .map((name) => `partitions must not be columns of the files, got ${name}`),
    ...Object.entries(partitions)
      .filter(([, kind]) => kind !== "named" && !/^\d{4}-(0[1-9]|1[0-2])$/.test(kind.firstMonth))
      .map(
        ([name, kind]) =>
          `partitions ${name} must begin with a month as 2024-01, got ${kind === "named" ? kind : kind.firstMonth}`,
      ),
  ];
}
