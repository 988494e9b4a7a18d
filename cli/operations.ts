import { type Command, Option } from "commander";
import type { AccessOptions } from "./access/access";
import type { AccessResult } from "./access/access-result";
import { accessText } from "./access/text";
import {
  type DeadLettersOptions,
  deadLetter,
  deadLetters,
  type RedriveResult,
  redrive,
} from "./dead-letters/dead-letters";
import { deadLettersText, deadLetterText, redriveText } from "./dead-letters/text";
import { addImage } from "./image/commands";
import { type CommonOptions, command, program, run } from "./program";
import { type ReplayOptions, replay } from "./replay/replay";
import { replayText } from "./replay/text";
import type { AwsJobOptions } from "./run-job/aws-job";
import { runJob } from "./run-job/run-job";
import { runJobText } from "./run-job/text";
import { STAGES } from "./stages";

const ofStage = () => new Option("--stage <stage>", "only those of one stage").choices(STAGES);

/** Adds the commands by which the platform is kept running. */
export function addOperations(): void {
  const letters = command(
    "dead-letters",
    "List what the stages have set aside: why, which object, how often, since when.",
    "dead-letters local",
  )
    .usage(
      "[options] <env>\n       groundplan dead-letters show [options] <env> <id>\n       groundplan dead-letters redrive [options] <env> [ids…]",
    )
    .argument("<env>")
    .addOption(ofStage())
    .enablePositionalOptions()
    .action((environment: string, options: CommonOptions & DeadLettersOptions) =>
      run(environment, options, (context) => deadLetters(context, options), deadLettersText),
    );

  command("show <env> <id>", "Show one of them in full.", "dead-letters show local 1b2c3d4e", letters).action(
    (environment: string, id: string, options: CommonOptions) =>
      run(environment, options, (context) => deadLetter(context, id, {}), deadLetterText),
  );

  command(
    "redrive <env> [ids...]",
    "Move some or all of them back to the queues of their stages.",
    "dead-letters redrive local --all --stage load-rows",
    letters,
  )
    .option("--all", "move every one")
    .addOption(ofStage())
    .action(
      (
        environment: string,
        ids: string[],
        options: CommonOptions & DeadLettersOptions & { readonly all?: boolean },
      ) =>
        run<RedriveResult>(
          environment,
          options,
          (context) => redrive(context, { ...options, ids, all: options.all === true }),
          redriveText,
          ({ refused }) => refused.length === 0,
        ),
    );

  command(
    "replay <env>",
    "Send raw objects through the pipeline again: those last changed in a time.",
    "replay local --prefix events/ --from 2026-03-01 --to 2026-03-02",
  )
    .option("--prefix <prefix>", "where they lie in the raw bucket: begins with events/")
    .option("--from <time>", "day or instant in UTC; what was changed then is in")
    .option("--to <time>", "day or instant in UTC; what was changed then is out")
    .option("--after <key>", "only keys behind this one, to go on after a stop")
    .option("--dry-run", "count only")
    .action((environment: string, options: CommonOptions & ReplayOptions) =>
      run(environment, options, (context) => replay(context, options), replayText),
    );

  command(
    "run-job <env> <job>",
    "Run a Spark job: on EMR, or on this machine where the environment is embedded. Needs Java 17 there.",
    "run-job local train-recommendations -- --test-days 30",
  )
    .usage("[options] <env> <job> [-- arguments of the job]")
    .allowExcessArguments()
    .option("--no-wait", "on AWS: start it and do not follow it")
    .option("--follow <run>", "on AWS: follow a run that was started before")
    .action((environment: string, job: string, options: CommonOptions & AwsJobOptions, { args }: Command) =>
      run(environment, options, (context) => runJob(context, job, args.slice(2), options), runJobText),
    );

  command(
    "access <env>",
    "Say who may do what: every role, action, resource and condition.",
    "access dev --who-can s3:PutObject arn:aws:s3:::bucket/events/web/a",
  )
    .option("--role <role>", "only this role")
    .option("--who-can <words...>", "an action and an ARN: roles that may")
    .option("--write", "write docs/access/<env>.md and .json")
    .action((environment: string, options: CommonOptions & AccessOptions) =>
      run<AccessResult>(
        environment,
        options,
        // Loaded when it is asked for: all actions of AWS come with it.
        async (context) => (await import("./access/access")).access(context, options),
        accessText,
      ),
    );

  addImage(program);
}
