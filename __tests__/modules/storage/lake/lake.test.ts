import { Lake, type LakeProps } from "../../../../modules";
import { granted, keyStatement } from "../../../support/granted";
import { messageOf } from "../../../support/message-of";
import { aBucketReference, aLake } from "../../../support/storage";
import { synth } from "../../../support/synth";

const lake = (props: Partial<LakeProps> = {}) => synth((stack) => aLake(stack, props));
const glue = (resource: string) => `arn:aws:glue:eu-central-1:123456789012:${resource}`;

test("is a table of the Parquet files below a prefix", () => {
  const table = lake().one("aws_glue_catalog_table", {
    name: "events",
    table_type: "EXTERNAL_TABLE",
    partition_keys: [
      { name: "shop", type: "string" },
      { name: "month", type: "string" },
    ],
    storage_descriptor: {
      location: "s3://raw/events/",
      columns: [
        { name: "eventid", type: "string" },
        { name: "amount", type: "decimal(18,4)" },
      ],
      ser_de_info: { serialization_library: expect.stringMatching(/\.ParquetHiveSerDe$/) },
    },
  });
  expect(table.database_name).toMatch(/^\$\{aws_glue_catalog_database\.Lake_Database_\w+\.name}$/);
  lake().one("aws_glue_catalog_database", { name: "shop_lake" });
});

test("finds partitions from the query and the calendar", () => {
  expect(lake().one("aws_glue_catalog_table").parameters).toEqual({
    EXTERNAL: "TRUE",
    classification: "parquet",
    "projection.enabled": "true",
    "projection.shop.type": "injected",
    "projection.month.type": "date",
    "projection.month.format": "yyyy-MM",
    "projection.month.range": "2024-01,NOW+1MONTHS",
    "projection.month.interval": "1",
    "projection.month.interval.unit": "MONTHS",
    "storage.location.template": `s3://raw/events/shop=$\${shop}/month=$\${month}/`,
  });
});

test("stops a query that reads more than it may, and encrypts every result", () => {
  lake().one("aws_athena_workgroup", {
    name: "shop-lake",
    force_destroy: false,
    configuration: {
      enforce_workgroup_configuration: true,
      publish_cloudwatch_metrics_enabled: true,
      bytes_scanned_cutoff_per_query: 10_737_418_240,
      result_configuration: {
        output_location: "s3://queries/results/",
        encryption_configuration: {
          encryption_option: "SSE_KMS",
          kms_key_arn: "arn:aws:kms:eu-central-1:123456789012:key/1",
        },
      },
    },
  });
});

test("goes with the queries that have run when it need not be kept", () => {
  lake({ keepOnDestroy: false }).one("aws_athena_workgroup", { force_destroy: true });
});

test("lets a reader query this table in this workgroup, and nothing else", () => {
  const list = (bucket: string, prefix: string) => [
    {
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: `arn:aws:s3:::${bucket}`,
      Condition: { StringLike: { "s3:prefix": `${prefix}*` } },
    },
  ];
  expect(granted((stack, role) => aLake(stack).grantQuery(role))).toEqual([
    {
      Effect: "Allow",
      Action: [
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:GetWorkGroup",
      ],
      Resource: "arn:aws:athena:eu-central-1:123456789012:workgroup/shop-lake",
    },
    {
      Effect: "Allow",
      Action: "glue:GetDatabase",
      Resource: [glue("catalog"), glue("database/default"), glue("database/shop_lake")],
    },
    {
      Effect: "Allow",
      Action: ["glue:GetTable", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"],
      Resource: [glue("catalog"), glue("database/shop_lake"), glue("table/shop_lake/events")],
    },
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::raw/events/*" },
    keyStatement("s3", "kms:Decrypt", "kms:GenerateDataKey"),
    ...list("raw", "events/"),
    { Effect: "Allow", Action: "s3:GetBucketLocation", Resource: "arn:aws:s3:::raw" },
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      Resource: "arn:aws:s3:::queries/results/*",
    },
    ...list("queries", "results/"),
    {
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
      Resource: "arn:aws:s3:::queries",
    },
  ]);
});

test("is referred to from another stack with the same grants, without making anything", () => {
  const own = granted((stack, role) => aLake(stack).grantQuery(role));
  const other = granted((stack, role) => {
    const { databaseName, tableName, workgroupName, source, prefix, results } = aLake(stack);
    const props = { databaseName, tableName, workgroupName, source, prefix, results };
    Lake.fromName(stack, "Reference", props).grantQuery(role);
  });
  expect(other).toEqual(own);
  const tf = synth((stack) => {
    const bucket = aBucketReference(stack);
    const names = { databaseName: "a", tableName: "b", workgroupName: "c" };
    Lake.fromName(stack, "Lake", { ...names, source: bucket, prefix: "events/", results: bucket });
  });
  expect(tf.json.resource).toBeUndefined();
});

test.each<[string, Partial<LakeProps>, string]>([
  ["no columns", { columns: {} }, "columns must hold at least one, got none"],
  ["no partitions", { partitions: {} }, "partitions must hold at least one, got none"],
  [
    "capitals, which Athena makes small",
    { columns: { eventId: "string" } },
    "columns and partitions must be a-z, 0-9 and _ and begin with a letter, got eventId",
  ],
  [
    "a partition that is a column too",
    { columns: { shop: "string" } },
    "partitions must not be columns of the files, got shop",
  ],
  [
    "a month that is none",
    { partitions: { month: { firstMonth: "2024-13" } } },
    "partitions month must begin with a month as 2024-01, got 2024-13",
  ],
  [
    "less than Athena's least limit",
    { scanLimitGiB: 0.009 },
    "scanLimitGiB must be 0.0094 (10 MB) or more, got 0.009",
  ],
  [
    "a limit that is no number",
    { scanLimitGiB: Number.NaN },
    "scanLimitGiB must be 0.0094 (10 MB) or more, got NaN",
  ],
])("rejects %s", (_, props, message) => {
  expect(messageOf(() => lake(props))).toBe(`Test/Lake: ${message}`);
});
