/** What went wrong, where, in whose words, and what to type next. */
export interface FailureDetails {
  /** One sentence. */
  readonly message: string;
  /** The stack it happened in. */
  readonly stack?: string | undefined;
  /** The resource, by its path in the code or its Terraform address. */
  readonly resource?: string | undefined;
  /** What Terraform said, word for word. */
  readonly said?: string | undefined;
  /** The command to type next. */
  readonly next?: string | undefined;
}

/** A command failed. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(readonly details: FailureDetails) {
    super(details.message);
  }
}

/** The user pressed Ctrl-C, and everything that ran has ended in good order. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";

  /** @param next the command that goes on; none where it is the same one */
  constructor(
    message = "stopped; run the same command again to go on",
    readonly next?: string,
  ) {
    super(message);
  }
}

/** A failure as data, for `--json`. */
export function failureJson(error: unknown): FailureDetails & { readonly kind: string } {
  if (error instanceof CommandError) return { kind: error.name, ...error.details };
  if (error instanceof InterruptedError && error.next !== undefined) {
    return { kind: error.name, message: error.message, next: error.next };
  }
  if (error instanceof Error) return { kind: error.name, message: error.message };
  return { kind: "Error", message: String(error) };
}

/** A failure as text, a line for each thing that is known. */
export function failureText(error: unknown): string {
  const { message, stack, resource, said, next } = failureJson(error) as FailureDetails;
  const inStack = resource?.startsWith(`${stack}/`) ? undefined : stack;
  const place = [inStack, resource].filter((part) => part !== undefined).join(": ");
  return [
    place === "" ? message : `${place}: ${message}`,
    ...(said === undefined ? [] : said.split("\n").map((line) => `  | ${line}`.trimEnd())),
    ...(next === undefined ? [] : [`Next: ${next}`]),
  ].join("\n");
}
