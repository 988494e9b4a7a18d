import { Command } from "commander";
import { CommandError, failureJson, failureText, InterruptedError } from "./failure";
import { Interrupt } from "./interrupt";
import { Progress } from "./progress";
import type { Again } from "./render";
import { type CommandContext, typed } from "./session";

export interface CommonOptions {
  readonly embedded?: boolean;
}

const progress = new Progress();
/** Read before the arguments are: a mistake in them is one document, too. */
export const wantsJson = process.argv.includes("--json");
const interrupt = new Interrupt(
  (line) => progress.say(line),
  () => {
    report(new InterruptedError());
    process.exit();
  },
);

export const program = new Command("groundplan")
  .description("The platform's infrastructure: synthesise it, run it on this machine, send data, look at it.")
  .helpCommand(false)
  .enablePositionalOptions() // an option belongs to the command that it stands behind
  .showHelpAfterError("(groundplan <command> --help shows an example)")
  .configureOutput(wantsJson ? { writeErr: () => {} } : {})
  .exitOverride();

/** A command with the options that all have, below `parent`. */
export function command(
  syntax: string,
  description: string,
  example: string,
  parent: Command = program,
): Command {
  return parent
    .command(syntax)
    .description(description)
    .option("--embedded", "on the embedded AWS, whatever the environment's file says")
    .option("--json", "print one JSON document on standard output, and nothing else there")
    .addHelpText("after", `\nExample:\n  $ npx groundplan ${example}`);
}

/** Says a failure, as text or as one JSON document, and sets the exit code. */
export function report(error: unknown): void {
  if (wantsJson) print({ error: failureJson(error) });
  else process.stderr.write(`\n${failureText(error)}\n`);
  if (process.env.DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = error instanceof InterruptedError ? 130 : 1;
}

/**
 * Runs one command: its result on standard output, as text or as one JSON document; failures end with 1.
 *
 * @param isGood whether the result is one that ends with 0. @default every one is
 */
export async function run<T>(
  environment: string,
  options: CommonOptions,
  work: (context: CommandContext) => T | Promise<T>,
  text: (result: T, again: Again) => string,
  isGood: (result: T) => boolean = () => true,
): Promise<void> {
  const context = { environment, embedded: options.embedded === true, progress, interrupt };
  try {
    const result = await work(context);
    if (wantsJson) print(result);
    else process.stdout.write(`${text(result, (command) => typed(command, context))}\n`);
    if (!isGood(result)) process.exitCode = 1;
  } catch (error) {
    report(error);
  }
}

/** A mistake in the arguments, as commander says it. */
export function reportUsage(message: string): void {
  report(new CommandError({ message: message.replace(/^error: /, ""), next: "npx groundplan --help" }));
}

function print(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
