import type * as z from "zod/mini";
import { EnvError } from "./errors";

/**
 * The variables that `contract` names, out of `env`; others are ignored.
 * @throws EnvError that names every variable that is missing or breaks its rule.
 */
export function parseEnv<T extends z.ZodMiniObject>(contract: T, env: NodeJS.ProcessEnv): z.output<T> {
  const parsed = contract.safeParse(env);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const rule =
      issue.code === "invalid_format" && env[name] !== undefined
        ? `match ${issue.pattern ?? issue.format}`
        : "be a non-empty string";
    return `${name} must ${rule}, got ${env[name] === undefined ? "nothing" : JSON.stringify(env[name])}`;
  });
  throw new EnvError(`environment: ${names.join("; ")}: set it in the function's configuration`);
}
