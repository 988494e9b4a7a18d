import type * as z from "zod/mini";
import { PermanentError } from "./errors";

/**
 * The JSON that was found at `where`, as `contract` has it; `next` is what to do about any other.
 * @throws PermanentError that names every path that breaks the contract.
 */
export function parseContract<T extends z.ZodMiniType>(
  contract: T,
  text: string,
  where: string,
  next: string,
): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PermanentError(`${where}: must be JSON, got none: ${next}`);
  }
  const parsed = contract.safeParse(value);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map((issue) => issue.path.join(".") || "its root");
  throw new PermanentError(`${where}: breaks its contract at ${paths.join(", ")}: ${next}`);
}
