import { namesFor } from "../../config/naming";
import { COLUMNS } from "../../lambdas/shared/curated-schema";
import { lakeKey } from "../../lambdas/shared/lake-keys";
import { configOf, ENVIRONMENTS, type Environment, platform } from "../support/platform";
import { firstOf, holdsEverywhere, inner, listOf, resources, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

const GIB = 1024 ** 3;
const PARTITIONS = ["shop", "month"];

type Column = (typeof COLUMNS)[number];

/** A column of a file as Athena names and reads it: https://docs.aws.amazon.com/athena/latest/ug/data-types.html */
function athenaColumn(column: Column): string {
  const logical = "logical_type" in column ? column.logical_type : undefined;
  const name = column.name.toLowerCase();
  if (logical === undefined) return `${name} int`;
  if (logical.type === "DECIMAL") return `${name} decimal(${logical.precision},${logical.scale})`;
  return `${name} ${logical.type.toLowerCase()}`;
}

/**
 * The table is what the files are: their columns, their keys; partitions are projected, so that nobody has to add one;
 * and whoever queries it does so in a workgroup that he cannot get around, and that ends what would read too much.
 */
function violations(json: StackJson, environment: Environment): string[] {
  const config = configOf(environment);
  const { curatedBucket, queryBucket } = namesFor(config);
  return [
    ...resources(json, "aws_glue_catalog_table").flatMap(([address, table]) =>
      tableRules(table, curatedBucket, config.lake.firstMonth).map((rule) => `${address} ${rule}`),
    ),
    ...resources(json, "aws_athena_workgroup").flatMap(([address, workgroup]) =>
      workgroupRules(workgroup, queryBucket, config.lake.scanLimitGiB).map((rule) => `${address} ${rule}`),
    ),
  ];
}

function tableRules(table: Block, bucket: string, firstMonth: string): string[] {
  const parameters = inner(table, "parameters") ?? {};
  const columns = listOf(inner(table, "storage_descriptor")?.columns as readonly Block[]);
  const keys = listOf(table.partition_keys as readonly Block[]);
  const wanted: Readonly<Record<string, string>> = {
    "projection.enabled": "true",
    "projection.shop.type": "injected",
    "projection.month.type": "date",
    "projection.month.format": "yyyy-MM",
    "projection.month.range": `${firstMonth},NOW+1MONTHS`,
    "projection.month.interval": "1",
    "projection.month.interval.unit": "MONTHS",
  };
  const example = String(parameters["storage.location.template"])
    .replace("$${shop}", "a-shop")
    .replace("$${month}", "2026-02");
  return [
    ...(columns.map(({ name, type }) => `${name} ${type}`).join() === COLUMNS.map(athenaColumn).join()
      ? []
      : ["has other columns than the files"]),
    ...(keys.map(({ name }) => name).join() === PARTITIONS.join()
      ? []
      : ["has other partitions than the keys"]),
    ...Object.entries(wanted)
      .filter(([name, value]) => parameters[name] !== value)
      .map(([name, value]) => `must have ${name} of ${value}, has ${parameters[name]}`),
    ...(`${example}a-source.parquet` === `s3://${bucket}/${lakeKey("a-shop", "2026-02", "a-source")}`
      ? []
      : ["looks for files elsewhere than they are"]),
  ];
}

function workgroupRules(workgroup: Block, bucket: string, limitGiB: number): string[] {
  const configuration = inner(workgroup, "configuration") ?? {};
  const output = String(inner(configuration, "result_configuration")?.output_location);
  return [
    ...(configuration.enforce_workgroup_configuration === true ? [] : ["lets who asks choose otherwise"]),
    ...(configuration.bytes_scanned_cutoff_per_query === limitGiB * GIB
      ? []
      : ["lets a query read any amount"]),
    ...(output.startsWith(`s3://${bucket}/`) ? [] : ["has its results elsewhere"]),
    ...(workgroup.state === undefined || workgroup.state === "ENABLED" ? [] : ["is switched off"]),
  ];
}

holdsEverywhere(violations);

test.each(ENVIRONMENTS)("is about one table and one workgroup, in %s", (environment) => {
  const all = Object.values(platform(environment));
  for (const type of ["aws_glue_catalog_table", "aws_athena_workgroup"]) {
    expect(all.flatMap((json) => resources(json, type))).toHaveLength(1);
  }
});

test("knows the columns of the files by Athena's names", () => {
  expect(COLUMNS.map(athenaColumn)).toEqual([
    ...["occurredat timestamp", "eventid string", "type string", "shopid string", "contentid string"],
    ...["productid string", "visitorid string", "quantity int", "amount decimal(18,4)", "currency string"],
    "sessionid string",
  ]);
});

test.each([
  ["projection.enabled", "false"],
  ["projection.shop.type", undefined],
  ["projection.month.type", "injected"],
  ["projection.month.range", "2024-01,2024-12"],
])("catches a table whose %s is %s", (name, value) => {
  const json = spoilt("data", (stack) => {
    Object.assign(inner(firstOf(stack, "aws_glue_catalog_table"), "parameters") ?? {}, { [name]: value });
  });
  expect(violations(json, "dev")).toEqual([
    expect.stringMatching(`^aws_glue_catalog_table\\.\\w+ must have ${name} of \\S+, has ${value}$`),
  ]);
});

const table = (spoil: (block: Block) => void) =>
  violations(
    spoilt("data", (stack) => spoil(firstOf(stack, "aws_glue_catalog_table"))),
    "dev",
  );
const columnsOf = (block: Block) => inner(block, "storage_descriptor")?.columns as Record<string, unknown>[];

test.each<[string, (block: Block) => void]>([
  ["a column fewer", (block) => columnsOf(block).pop()],
  [
    "a column in the files' spelling",
    (block) => Object.assign(columnsOf(block)[1] ?? {}, { name: "eventId" }),
  ],
  ["an amount that rounds", (block) => Object.assign(columnsOf(block)[8] ?? {}, { type: "double" })],
  ["another order", (block) => columnsOf(block).reverse()],
])("catches a table with %s", (_, spoil) => {
  expect(table(spoil)).toEqual([expect.stringMatching(/ has other columns than the files$/)]);
});

test("catches a table with other partitions, or of files that are not the lake's", () => {
  expect(
    table((block) => Object.assign(block, { partition_keys: [{ name: "shop", type: "string" }] })),
  ).toEqual([expect.stringMatching(/ has other partitions than the keys$/)]);
  const template = "s3://atlas-dev-curated-111111111111-eu-central-1/versions/shop=$${shop}/month=$${month}/";
  expect(
    table((block) => {
      Object.assign(inner(block, "parameters") ?? {}, { "storage.location.template": template });
    }),
  ).toEqual([expect.stringMatching(/ looks for files elsewhere than they are$/)]);
});

test.each([
  ["enforce_workgroup_configuration", false, "lets who asks choose otherwise"],
  ["bytes_scanned_cutoff_per_query", undefined, "lets a query read any amount"],
  ["bytes_scanned_cutoff_per_query", 1e15, "lets a query read any amount"],
  ["result_configuration", { output_location: "s3://somebodys/" }, "has its results elsewhere"],
])("catches a workgroup whose %s is %j", (name, value, message) => {
  const json = spoilt("data", (stack) => {
    Object.assign(inner(firstOf(stack, "aws_athena_workgroup"), "configuration") ?? {}, { [name]: value });
  });
  expect(violations(json, "dev")).toEqual([
    expect.stringMatching(`^aws_athena_workgroup\\.\\w+ ${message}$`),
  ]);
});
