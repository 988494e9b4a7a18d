import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { nearest } from "../../config/nearest";
import { Catalogue, type StackText } from "../../modules/iam/evaluation";
import { outputDirectory, synthesise } from "../../stacks/synthesise";
import { CommandError } from "../failure";
import { type CommandContext, configOf, typed } from "../session";
import { readStacks } from "../stack-output";
import { type AccessMap, accessMap, type RoleMap } from "./access-map";
import type { AccessResult } from "./access-result";
import { accessMarkdown } from "./text";
import { whoCan } from "./who-can";

/** Where the maps are, relative to the project root, which is the working directory. */
export const ACCESS_FOLDER = "docs/access";

export interface AccessOptions {
  /** Only this role. */
  readonly role?: string;
  /** An action and an ARN. */
  readonly whoCan?: readonly string[];
  /** Writes the map of all roles into `docs/access/`. @default false */
  readonly write?: boolean;
}

/**
 * Synthesises an environment and reads who may do what.
 *
 * @throws CommandError when there is no such role or action, or not an action and an ARN
 */
export async function access(context: CommandContext, options: AccessOptions): Promise<AccessResult> {
  const config = configOf(context);
  synthesise(config);
  const { environment } = config;
  const catalogue = await Catalogue.load();
  const map = accessMap(environment, stacksIn(resolve(outputDirectory(environment))), catalogue);
  if (options.whoCan !== undefined) {
    const [action = "", arn = "", ...others] = options.whoCan;
    if (arn === "" || others.length > 0) {
      throw new CommandError({
        message: `--who-can must have an action and an ARN, got ${options.whoCan.join(" ") || "nothing"}`,
        next: `${typed("access", context)} --who-can s3:GetObject arn:aws:s3:::bucket/key`,
      });
    }
    return whoCan(map, action, arn, catalogue);
  }
  if (options.write) return { paths: writeMap(map) };
  return options.role === undefined ? map : { ...map, roles: [roleNamed(map, options.role, context)] };
}

/** The stacks that were synthesised into a folder. */
export function stacksIn(directory: string): StackText[] {
  return readStacks(directory).map((stack) => ({
    name: stack.name,
    json: JSON.parse(readFileSync(join(stack.directory, "cdk.tf.json"), "utf8")) as StackText["json"],
  }));
}

/** Both forms: for people, and for programs. */
export function filesOf(map: AccessMap): readonly (readonly [name: string, text: string])[] {
  return [
    [`${map.environment}.md`, accessMarkdown(map)],
    [`${map.environment}.json`, `${JSON.stringify(map, null, 1)}\n`],
  ];
}

function writeMap(map: AccessMap): string[] {
  mkdirSync(ACCESS_FOLDER, { recursive: true });
  return filesOf(map).map(([name, text]) => {
    const path = join(ACCESS_FOLDER, name);
    writeFileSync(path, text);
    return path;
  });
}

function roleNamed({ roles }: AccessMap, name: string, context: CommandContext): RoleMap {
  const known = roles.find(({ role }) => role === name);
  if (known) return known;
  const names = roles.map(({ role }) => role);
  const like = nearest(name, names);
  throw new CommandError({
    message: `there is no role ${name}${like === undefined ? "" : `; did you mean ${like}?`}`,
    next: `${typed("access", context)} lists all ${names.length}`,
  });
}
