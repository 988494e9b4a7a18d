import * as z from "zod";
import type { PlatformConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import type { Address } from "../../local/spark-run-line";
import type { SparkSubmit } from "../../modules/spark-cluster/jobs/spark-submit";
import type { Clients } from "../clients";
import { CommandError } from "../failure";
import { deployNext } from "../session";
import type { JobName } from "./job-name";

const STACK = "spark";
const OBJECTS = /^arn:aws:s3:::([^/]+)\/(.*)\*$/;

/** As much of a state as is read here. */
const State = z.object({
  outputs: z.object({ jobs: z.object({ value: z.string() }).optional() }),
  resources: z.array(
    z.object({
      type: z.string(),
      instances: z.array(
        z.object({ attributes: z.object({ role: z.string().optional(), policy: z.string().optional() }) }),
      ),
    }),
  ),
});

const Jobs = z.record(
  z.string(),
  z.object({
    entryPoint: z.string(),
    pyFiles: z.string().optional(),
    arguments: z.array(z.string()),
    startTimeOption: z.string().optional(),
    configuration: z.record(z.string(), z.string()),
  }),
);

const listOf = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Policy = z.object({ Statement: z.array(z.object({ Action: listOf, Resource: listOf })) });

/** A job as Terraform has made it. */
export interface DeployedJob {
  readonly submit: SparkSubmit;
  readonly roleName: string;
  /** Prefixes whose objects its role may read. */
  readonly readable: readonly Address[];
}

/**
 * Reads a job from the state of its stack: how it is run, and what its role may read.
 *
 * @throws CommandError where the job is not deployed
 */
export async function deployedJob(
  config: PlatformConfig,
  clients: Clients,
  job: JobName,
): Promise<DeployedJob> {
  const names = namesFor(config);
  const text = await clients.objectText(names.stateBucket, names.stateKey(STACK));
  const state = State.parse(JSON.parse(text ?? '{"outputs":{},"resources":[]}'));
  const known = Jobs.parse(JSON.parse(state.outputs.jobs?.value ?? "{}"))[job];
  if (known === undefined) {
    throw new CommandError({
      message: `${job} is not deployed to ${config.environment}`,
      next: deployNext(config),
    });
  }
  const roleName = `${names.spark}-${job}`;
  const policies = state.resources
    .filter(({ type }) => type === "aws_iam_role_policy")
    .flatMap(({ instances }) => instances.map(({ attributes }) => attributes))
    .filter(({ role }) => role === roleName);
  const { pyFiles, startTimeOption, ...submit } = known;
  return {
    submit: { ...submit, ...(pyFiles && { pyFiles }), ...(startTimeOption && { startTimeOption }) },
    roleName,
    readable: policies.flatMap(({ policy }) => readableIn(policy ?? "")),
  };
}

function readableIn(policy: string): Address[] {
  return Policy.parse(JSON.parse(policy)).Statement.flatMap(({ Action, Resource }) =>
    (Action.includes("s3:GetObject") ? Resource : []).flatMap((resource) => {
      const [, bucket, key = ""] = OBJECTS.exec(resource) ?? [];
      return bucket === undefined ? [] : [{ bucket, key }];
    }),
  );
}
