import { Command, CommanderError, Option } from "commander";
import { outputDirectory, synthesise } from "../stacks/synthesise";
import { type DestroyResult, type DownResult, destroy, down } from "./down";
import { CommandError, failureJson, failureText, InterruptedError } from "./failure";
import { FORMATS, type GraphOptions, type GraphResult, graph, graphModel, graphText } from "./graph/graph";
import { Interrupt } from "./interrupt";
import { Progress } from "./progress";
import { type Again, destroyText, secondsOf, sendText, statusText, upText } from "./render";
import { type SendResult, send } from "./send";
import { type CommandContext, configOf, typed } from "./session";
import { type StatusResult, status } from "./status";
import { type UpResult, up } from "./up";

interface CommonOptions {
  readonly embedded?: boolean;
}

const progress = new Progress();
/** Read before the arguments are: a mistake in them is one document, too. */
const wantsJson = process.argv.includes("--json");
const interrupt = new Interrupt(
  (line) => progress.say(line),
  () => {
    report(new InterruptedError());
    process.exit();
  },
);

function print(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

/** Says a failure, as text or as one JSON document, and sets the exit code. */
function report(error: unknown): void {
  if (wantsJson) print({ error: failureJson(error) });
  else process.stderr.write(`\n${failureText(error)}\n`);
  if (process.env.DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = error instanceof InterruptedError ? 130 : 1;
}

/** Runs one command: its result on standard output, as text or as one JSON document; failures end with 1. */
async function run<T>(
  environment: string,
  options: CommonOptions,
  work: (context: CommandContext) => T | Promise<T>,
  text: (result: T, again: Again) => string,
): Promise<void> {
  const context = { environment, embedded: options.embedded === true, progress, interrupt };
  try {
    const result = await work(context);
    if (wantsJson) print(result);
    else process.stdout.write(`${text(result, (command) => typed(command, context))}\n`);
  } catch (error) {
    report(error);
  }
}

const program = new Command("groundplan")
  .description("The platform's infrastructure: synthesise it, run it on this machine, send data, look at it.")
  .helpCommand(false)
  .showHelpAfterError("(groundplan <command> --help shows an example)")
  .configureOutput(wantsJson ? { writeErr: () => {} } : {})
  .exitOverride();

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
).action((environment = "local", options: CommonOptions) => run<UpResult>(environment, options, up, upText));

command("down [env]", "Stop the embedded AWS. Data is kept.", "down local --clean")
  .option("--clean", "forget all data, too")
  .action((environment = "local", options: CommonOptions & { clean?: boolean }) =>
    run<DownResult>(
      environment,
      options,
      (context) => down(context, options.clean === true),
      ({ cleaned }, again) =>
        cleaned ? `${environment} is gone; the next up begins anew.` : `${again("up")} starts it again.`,
    ),
  );

command("destroy [env]", "Destroy all stacks on the embedded AWS, with Terraform.", "destroy local").action(
  (environment = "local", options: CommonOptions) =>
    run<DestroyResult>(environment, options, destroy, destroyText),
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
        sendText,
      ),
  );

command(
  "graph <env>",
  "Draw the platform: stacks, modules, flow of data, grants.",
  "graph dev --output dev.svg",
)
  .addOption(new Option("--format <format>", "how to draw").choices(FORMATS).default("svg"))
  .option("--output <file>", "- for standard output (default: graph.<format>, beside the Terraform JSON)")
  .option("--keys", "draw what each key encrypts, too")
  .action((environment: string, options: CommonOptions & GraphOptions) =>
    wantsJson
      ? run(environment, options, (context) => graphModel(context, options), String)
      : run<GraphResult>(environment, options, (context) => graph(context, options), graphText),
  );

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode;
  const message = error.message.replace(/^error: /, "");
  if (wantsJson && error.exitCode !== 0) report(new CommandError({ message, next: "npx groundplan --help" }));
});
