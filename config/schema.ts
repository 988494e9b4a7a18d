import * as z from "zod";
import { flag, pattern, section, whole } from "./field-rules";
import { network } from "./network-schema";
import { stage } from "./stage-schema";
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
      retention: z
        .strictObject(
          {
            oldVersionDays: whole(1, 3650, "days")
              .optional()
              .describe(
                "Days that a replaced or deleted version of an object is kept, 1 to 3650. Default for ever.",
              ),
          },
          section,
        )
        .prefault({})
        .describe("How long data is kept."),
      network: network.prefault({}).describe("The network that everything with an address lives in."),
      pipeline: z
        .strictObject(
          {
            structure: stage({ memoryMiB: 1024, timeoutSeconds: 300 })
              .prefault({})
              .describe("The stage that turns raw files into Parquet."),
            load: stage({ memoryMiB: 512, timeoutSeconds: 120 })
              .prefault({})
              .describe("The stage that brings Parquet into the stores."),
          },
          section,
        )
        .prefault({})
        .describe("Sizes of the pipeline's stages."),
    },
    section,
  )
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
  while (inner instanceof z.ZodPrefault) inner = inner.unwrap();
  return inner instanceof z.ZodObject ? inner.shape : {};
}
