import * as z from "zod";
import { ci } from "./ci-schema";
import { dashboard } from "./dashboard-schema";
import { flag, pattern, section } from "./field-rules";
import { network } from "./network-schema";
import { spark } from "./spark-schema";
import { stage } from "./stage-schema";
import { alarms, collectors, database, lake, readers, retention } from "./store-schema";
import { tags } from "./tags-schema";

/**
 * One environment, as `config/environments/<name>.yaml` holds it; the file's name is the environment's name.
 *
 * Unknown keys are mistakes. The descriptions are what an editor shows, by `environment.schema.json`.
 */
export const EnvironmentFile = z
  .strictObject(
    {
      project: pattern(
        /^(?=.{2,16}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
        "must be 2 to 16 characters of a-z, 0-9 and single hyphens, and begin with a letter",
      ).describe("Name of the project, first word of every physical name: 2 to 16 characters, kebab-case."),
      account: pattern(/^\d{12}$/, "must be an AWS account id: 12 digits in quotes").describe(
        "Id of the AWS account that the environment lives in, 12 digits in quotes. No other account is ever touched.",
      ),
      region: pattern(
        /^(?!cn-|us-gov-|us-iso|eu-isoe-|eusc-)[a-z]{2}(-[a-z]+)+-\d{1,2}$/,
        "must be an AWS region of the partition aws, as eu-central-1",
      ).describe(
        "AWS region, as eu-central-1; of the partition `aws` (not China, GovCloud or a sovereign one).",
      ),
      embedded: flag()
        .default(false)
        .describe("Whether the environment lives on the embedded AWS of this machine. Default false."),
      tags: tags.default({}).describe("Tags of every resource, beside the platform's own. Default none."),
      keepDataOnDestroy: flag()
        .default(true)
        .describe("Whether buckets and tables that hold data refuse to be destroyed. Default true."),
      retention,
      network: network.prefault({}).describe("The network that everything with an address lives in."),
      pipeline: z
        .strictObject(
          {
            removals: flag()
              .default(false)
              .describe(
                "Whether deleting a raw object takes back what it had brought to the stores. Default false.",
              ),
            structure: stage({ memoryMiB: 1024, timeoutSeconds: 300 })
              .prefault({})
              .describe("The stage that turns raw files into Parquet."),
            loadFigures: stage({ memoryMiB: 512, timeoutSeconds: 120 })
              .prefault({})
              .describe("The stage that brings figures into DynamoDB."),
            loadRows: stage({ memoryMiB: 512, timeoutSeconds: 120 })
              .prefault({})
              .describe("The stage that brings rows into PostgreSQL."),
            loadLake: stage({ memoryMiB: 512, timeoutSeconds: 120 })
              .prefault({})
              .describe("The stage that brings files into the lake."),
            recommendations: stage({ memoryMiB: 512, timeoutSeconds: 900 })
              .prefault({})
              .describe("The two stages that bring recommendations into DynamoDB and PostgreSQL."),
            followErasure: stage({ memoryMiB: 512, timeoutSeconds: 300 })
              .prefault({})
              .describe("The stage that tells the others which visitors' events were erased."),
          },
          section,
        )
        .prefault({})
        .describe("The pipeline's stages."),
      database,
      lake,
      alarms,
      collectors,
      readers,
      dashboard,
      spark,
      ci,
    },
    section,
  )
  .superRefine(({ network, retention, dashboard }, { addIssue }) => {
    // Buckets keep old versions: what expires would only hide itself, for ever.
    for (const name of ["rawDays", "rejectedDays", "queryResultDays"] as const)
      if (retention[name] !== undefined && retention.oldVersionDays === undefined)
        addIssue({ code: "custom", path: ["retention", name], message: "needs oldVersionDays beside it" });
    // Aurora wants subnets in two zones, and the functions that call it live in private ones:
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
    if ((Array.isArray(network.zones) ? network.zones.length : network.zones) < 2)
      addIssue({
        code: "custom",
        path: ["network", "zones"],
        message: "must be 2 or more: the database spans two",
      });
    if (!network.tiers.includes("private"))
      addIssue({
        code: "custom",
        path: ["network", "tiers"],
        message: "must hold private: functions live there",
      });
    if (dashboard?.public && !network.tiers.includes("public"))
      addIssue({
        code: "custom",
        path: ["network", "tiers"],
        message: "must hold public while dashboard.public is true: the balancer lives there",
      });
  })
  .describe("One environment of the platform.");

/** An environment's file with its defaults filled. */
export type EnvironmentFile = z.output<typeof EnvironmentFile>;

/** The keys that are known at a path of the file, as `["pipeline", "load"]`; none where anything goes. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  let here: unknown = EnvironmentFile;
  for (const step of path) here = shapeOf(here)[String(step)];
  return Object.keys(shapeOf(here));
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  let inner = schema;
  while (inner instanceof z.ZodPrefault || inner instanceof z.ZodOptional) inner = inner.unwrap();
  return inner instanceof z.ZodObject ? inner.shape : {};
}
