import { CommanderError, Option } from "commander";
import { outputDirectory, synthesise } from "../stacks/synthesise";
import { type DestroyResult, type DownResult, destroy, down } from "./down";
import { FORMATS, type GraphOptions, type GraphResult, graph, graphModel, graphText } from "./graph/graph";
import { addOperations } from "./operations";
import { type CommonOptions, command, program, reportUsage, run, wantsJson } from "./program";
import { destroyText, secondsOf, sendText, statusText, upText } from "./render";
import { type SendResult, send } from "./send";
import { configOf } from "./session";
import { type StatusResult, status } from "./status";
import { type UpOptions, type UpResult, up } from "./up";

command("synth <env>", "Write the Terraform JSON of an environment.", "synth dev").action(
  (environment: string, options: CommonOptions) =>
    run(
      environment,
      options,
      (context) => {
        const warnings = synthesise(configOf(context));
        return { environment, directory: outputDirectory(environment), warnings };
      },
      ({ directory, warnings }) =>
        [...warnings.map((warning) => `warning: ${warning}`), `Wrote ${directory}`].join("\n"),
    ),
);

command(
  "up [env]",
  "Start the embedded AWS, deploy to it, send the sample, show what the stores hold.",
  "up local",
)
  .addOption(
    new Option(
      "--with <part>",
      "fail where it cannot be shown: spark, the recommendations (Java 17)",
    ).choices(["spark"]),
  )
  .addOption(
    new Option("--without <part>", "leave out, to be sooner done: spark")
      .choices(["spark"])
      .conflicts("with"),
  )
  .action((environment = "local", options: CommonOptions & UpOptions) =>
    run<UpResult>(
      environment,
      options,
      (context) => up(context, options),
      upText,
      ({ agree }) => agree,
    ),
  );

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
  "Send a file of events (NDJSON, gzipped or not) and wait until all stores have it.",
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

addOperations();

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
  if (wantsJson && error.exitCode !== 0) reportUsage(error.message);
});
