import { Command } from "commander";
import { outputDirectory, synthesise } from "../stacks/synthesise";
import { type DestroyResult, type DownResult, destroy, down } from "./down";
import { failureJson, failureText, InterruptedError } from "./failure";
import { Interrupt } from "./interrupt";
import { Progress } from "./progress";
import { secondsOf, statusText, upText } from "./render";
import { type SendResult, send } from "./send";
import { type CommandContext, configOf } from "./session";
import { type StatusResult, status } from "./status";
import { type UpResult, up } from "./up";

interface CommonOptions {
  readonly embedded?: boolean;
  readonly json?: boolean;
}

const progress = new Progress();
const interrupt = new Interrupt((line) => progress.say(line));

/** Runs one command: its result on standard output, as text or as one JSON document; failures end with 1. */
async function run<T>(
  environment: string,
  options: CommonOptions,
  work: (context: CommandContext) => T | Promise<T>,
  text: (result: T) => string,
): Promise<void> {
  const print = (document: unknown) => process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  try {
    const result = await work({ environment, embedded: options.embedded === true, progress, interrupt });
    if (options.json) print(result);
    else process.stdout.write(`${text(result)}\n`);
  } catch (error) {
    if (options.json) print({ error: failureJson(error) });
    else process.stderr.write(`\n${failureText(error)}\n`);
    if (process.env.DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = error instanceof InterruptedError ? 130 : 1;
  }
}

const program = new Command("groundplan")
  .description("The platform's infrastructure: synthesise it, run it on this machine, send data, look at it.")
  .helpCommand(false)
  .showHelpAfterError("(groundplan <command> --help shows an example)");

function command(syntax: string, description: string, example: string): Command {
  return program
    .command(syntax)
    .description(description)
    .option("--embedded", "on the embedded AWS, whatever the environment's file says")
    .option("--json", "print one JSON document on standard output, and nothing else there")
    .addHelpText("after", `\nExample:\n  $ npx groundplan ${example}`);
}

command("synth <env>", "Write the Terraform JSON of an environment.", "synth dev").action(
  (environment: string, options: CommonOptions) =>
    run(
      environment,
      options,
      (context) => {
        synthesise(configOf(context));
        return { environment, directory: outputDirectory(environment) };
      },
      ({ directory }) => `Wrote ${directory}`,
    ),
);

command(
  "up [env]",
  "Start the embedded AWS, deploy to it, send the sample, show the figures.",
  "up local",
).action((environment = "local", options: CommonOptions) =>
  run<UpResult>(environment, options, up, (result) => upText(result, options.embedded ? " --embedded" : "")),
);

command("down [env]", "Stop the embedded AWS. Data is kept.", "down local --clean")
  .option("--clean", "forget all data, too")
  .action((environment = "local", options: CommonOptions & { clean?: boolean }) =>
    run<DownResult>(
      environment,
      options,
      (context) => down(context, options.clean === true),
      ({ cleaned }) =>
        cleaned
          ? `${environment} is gone; the next up begins anew.`
          : `npx groundplan up ${environment} starts it again.`,
    ),
  );

command("destroy [env]", "Destroy all stacks on the embedded AWS, with Terraform.", "destroy local").action(
  (environment = "local", options: CommonOptions) =>
    run<DestroyResult>(environment, options, destroy, () => `All stacks of ${environment} are destroyed.`),
);

command(
  "status [env]",
  "Show what the stores hold and what the stages have to do.",
  "status local --json",
).action((environment = "local", options: CommonOptions) =>
  run<StatusResult>(environment, options, status, statusText),
);

command(
  "send <file> [env]",
  "Send a file of events (NDJSON, gzipped or not) and wait until it has arrived.",
  "send events.ndjson.gz local",
)
  .option("--no-wait", "do not wait for it to arrive")
  .option("--timeout <seconds>", "how long to wait", "120")
  .action(
    (file: string, environment = "local", options: CommonOptions & { wait: boolean; timeout: string }) =>
      run<SendResult>(
        environment,
        options,
        (context) => send(context, file, { wait: options.wait, timeoutSeconds: secondsOf(options.timeout) }),
        ({ sent, arrived }) =>
          arrived === undefined
            ? `Sent as ${sent.key}; npx groundplan status ${environment} shows when it has arrived.`
            : `${arrived.lines.good} of ${arrived.lines.in} lines are in the stores.` +
              (arrived.rejected === null ? "" : ` Rejected lines, with reasons: ${arrived.rejected}`),
      ),
  );

void program.parseAsync();
