/** A failure that no retry cures (corrupt file, broken contract): the message goes to the dead-letter queue. */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
}

/** A failure that a later delivery may not see again (lost race, missing object): the message is retried. */
export class TransientError extends Error {
  override readonly name = "TransientError";
  /** Whether seconds are enough: a race was lost, nothing is down. */
  readonly soon: boolean;

  constructor(
    message: string,
    { soon = false, ...options }: ErrorOptions & { readonly soon?: boolean } = {},
  ) {
    super(message, options);
    this.soon = soon;
  }
}

/** The function's environment does not satisfy its contract: its cold start fails. */
export class EnvError extends Error {
  override readonly name = "EnvError";
}
