import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { outputDirectory, synthesise } from "../../stacks/synthesise";
import { type CommandContext, configOf } from "../session";
import { readStacks } from "../stack-output";
import { dotOf } from "./dot";
import { mermaidOf } from "./mermaid";
import type { PlatformGraph } from "./model";
import { pictureOf } from "./picture";
import { platformGraph } from "./platform-graph";
import type { StackJson } from "./resources";

export const FORMATS = ["svg", "mermaid", "dot"] as const;
export type Format = (typeof FORMATS)[number];

const ENDINGS: Readonly<Record<Format, string>> = { svg: "svg", mermaid: "mmd", dot: "dot" };

export interface GraphOptions {
  readonly format: Format;
  /** File to write; `-` for standard output. @default graph.<ending>, beside the Terraform JSON */
  readonly output?: string;
  /** Whether to draw what each key encrypts as well. @default false */
  readonly keys?: boolean;
}

/** What `graph` has drawn: a file, or the text itself. */
export type GraphResult = { readonly path: string } | { readonly picture: string };

/** Synthesises an environment and draws what it wrote. */
export async function graph(context: CommandContext, options: GraphOptions): Promise<GraphResult> {
  const picture = await drawingOf(graphModel(context, options), options.format);
  if (options.output === "-") return { picture };
  const path =
    options.output ?? join(outputDirectory(context.environment), `graph.${ENDINGS[options.format]}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, picture);
  return { path };
}

/** Synthesises an environment and reads its graph. */
export function graphModel(
  context: CommandContext,
  { keys = false }: Pick<GraphOptions, "keys">,
): PlatformGraph {
  synthesise(configOf(context));
  return graphIn(resolve(outputDirectory(context.environment)), keys);
}

/** The graph of what was synthesised into a folder. */
export function graphIn(outputDirectory: string, keys = false): PlatformGraph {
  const stacks = readStacks(outputDirectory).map(({ name, directory }) => ({
    name,
    json: JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8")) as StackJson,
  }));
  const whole = platformGraph(stacks.filter(({ json }) => !isOfPermissionsOnly(json)));
  return keys ? whole : { ...whole, edges: whole.edges.filter(({ kind }) => kind !== "key") };
}

/** Who deploys may do something to everything: arrows that would hide all others. `access` tells what. */
function isOfPermissionsOnly({ resource = {} }: StackJson): boolean {
  return Object.keys(resource).every((type) => type.startsWith("aws_iam_"));
}

/** The graph in a format; the same graph gives the same text. */
export async function drawingOf(model: PlatformGraph, format: Format): Promise<string> {
  if (format === "mermaid") return mermaidOf(model);
  const dot = dotOf(model);
  return format === "dot" ? dot : await pictureOf(model, dot);
}

/** What the command prints. */
export function graphText(result: GraphResult): string {
  return "path" in result ? `Wrote ${result.path}` : result.picture.trimEnd();
}
