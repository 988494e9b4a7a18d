import { withLock } from "../../local/lock";
import { CommandError } from "../failure";
import { type CommandContext, configOf, runningConfigOf, typed, withClients } from "../session";
import { AwsJob, type AwsJobOptions, type AwsJobResult } from "./aws-job";
import { jobNamed } from "./job-name";
import { type LocalJobResult, runSparkJob } from "./local-job";

export type RunJobResult = { readonly environment: string } & (
  | AwsJobResult
  | (LocalJobResult & { readonly outcome: "succeeded" })
);

/**
 * Runs one Spark job of an environment: on AWS by its state machine, on an embedded AWS on this machine.
 *
 * @param words arguments behind the job's own
 * @throws CommandError when the job fails; and as `runSparkJob` and `AwsJob` say
 */
export async function runJob(
  context: CommandContext,
  name: string,
  words: readonly string[],
  options: AwsJobOptions,
): Promise<RunJobResult> {
  const job = jobNamed(name, configOf(context)); // a wrong name is said before anything else
  const config = await runningConfigOf(context);
  const { environment } = config;
  const { progress, interrupt } = context;
  if (config.embedded) {
    if (!options.wait || options.follow !== undefined) {
      throw new CommandError({
        message: `--no-wait and --follow are for AWS: on ${environment} a job runs as long as this command does`,
        next: typed("run-job", context, job),
      });
    }
    return withLock(environment, "run-job", () =>
      withClients(config, (clients) =>
        progress.step("job", async (step) => {
          const result = await runSparkJob(context, config, clients, { job, arguments: words }, step);
          return [{ environment, outcome: "succeeded", ...result }, `${job} succeeded`] as const;
        }),
      ),
    );
  }
  if (words.includes("--help")) {
    throw new CommandError({
      message: `a job on AWS shows its help only once there is a cluster: ask it on this machine`,
      next: `${typed("run-job", { environment, embedded: true }, job)} -- --help`,
    });
  }
  return withClients(config, (clients) =>
    interrupt.looping(() =>
      progress.step("job", async (step) => {
        const result = await new AwsJob(context, config, clients, job).run(words, options, step);
        return [{ environment, ...result }, `${job} ${result.outcome}`] as const;
      }),
    ),
  );
}
