import { type Command, Option } from "commander";
import { type CommonOptions, command, run } from "../program";
import { ENGINES } from "./engine";
import { type ImageOptions, imageBuild, imagePush } from "./image";
import { buildText, pushText } from "./text";

const DESCRIPTION = "Build the dashboard's image, or bring it to its registry.";

/** Adds the commands by which the dashboard's image is made. */
export function addImage(program: Command): void {
  const image = program.command("image").description(DESCRIPTION).helpCommand(false);
  const withEngine = (syntax: string, description: string, example: string) =>
    command(syntax, description, example, image).addOption(
      new Option("--engine <engine>", "what builds it (default: the first that answers)").choices(ENGINES),
    );

  withEngine(
    "build <env>",
    "Build it for the processor of the environment's tasks.",
    "image build dev --engine podman",
  ).action((environment: string, options: CommonOptions & ImageOptions) =>
    run(environment, options, (context) => imageBuild(context, options), buildText),
  );

  withEngine(
    "push <env>",
    "Build it and bring it to ECR, unless it is there; print its digest.",
    "image push dev --json",
  ).action((environment: string, options: CommonOptions & ImageOptions) =>
    run(environment, options, (context) => imagePush(context, options), pushText),
  );
}
