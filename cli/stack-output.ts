import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** A synthesised stack, as the folder that Terraform runs in. */
export interface StackOutput {
  readonly name: string;
  /** Absolute. */
  readonly directory: string;
  /** Names of the stacks that are applied before it. */
  readonly dependencies: readonly string[];
  /** The JSON of its `terraform` block: backend and providers. */
  readonly settings: string;
  /** Terraform address → path in the code, such as `data/Raw/Resource`. */
  readonly paths: ReadonlyMap<string, string>;
}

interface Manifest {
  readonly stacks: Readonly<Record<string, { workingDirectory: string; dependencies: readonly string[] }>>;
}

interface StackJson {
  readonly terraform: unknown;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
}

interface Block {
  readonly "//"?: { readonly metadata?: { readonly path?: string } };
}

/**
 * Where in the code a Terraform address comes from, such as `data/Raw/Resource`; one of several made by `for_each` keeps
 * its key: `network/Endpoints/Routes["Public"]`.
 */
export function pathOf({ paths }: StackOutput, address: string): string {
  const [, block = address, key = ""] = /^([^[]+)(\[.*\])?$/.exec(address) ?? [];
  return `${paths.get(block) ?? block}${key}`;
}

/** The stacks of an output folder, in order of dependency. */
export function readStacks(outputDirectory: string): StackOutput[] {
  const manifest = readJson<Manifest>(join(outputDirectory, "manifest.json"));
  const outputs = Object.entries(manifest.stacks).map(([name, { workingDirectory, dependencies }]) => {
    const directory = resolve(outputDirectory, workingDirectory);
    const json = readJson<StackJson>(join(directory, "cdk.tf.json"));
    return { name, directory, dependencies, settings: JSON.stringify(json.terraform), paths: pathsIn(json) };
  });
  return inOrder(outputs);
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, "utf8")) as T;
}

function pathsIn({ resource = {}, data = {} }: StackJson): Map<string, string> {
  const blocks = [
    ...Object.entries(resource).map(([type, named]) => [type, named] as const),
    ...Object.entries(data).map(([type, named]) => [`data.${type}`, named] as const),
  ];
  return new Map(
    blocks.flatMap(([type, named]) =>
      Object.entries(named).map(
        ([id, block]) => [`${type}.${id}`, block["//"]?.metadata?.path ?? id] as const,
      ),
    ),
  );
}

function inOrder(outputs: readonly StackOutput[]): StackOutput[] {
  const ordered: StackOutput[] = [];
  const visit = (output: StackOutput) => {
    if (ordered.includes(output)) return;
    for (const name of output.dependencies) {
      const before = outputs.find((other) => other.name === name);
      if (before) visit(before);
    }
    ordered.push(output);
  };
  outputs.forEach(visit);
  return ordered;
}
