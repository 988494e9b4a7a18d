/** A state of Amazon States Language. @see https://states-language.net/spec.html */
export type State = Readonly<Record<string, unknown>> & { readonly Type: string };

/** States by name, in the order in which a reader meets them. */
export type States = Readonly<Record<string, State>>;

/** A path out of an error, which it keeps for the end of the execution. */
export const caughtTo = (next: string) => [
  { ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: next },
];

/** Calls that change nothing, or the same again, may be made again. */
export const AGAIN = [
  { ErrorEquals: ["States.ALL"], IntervalSeconds: 5, MaxAttempts: 5, BackoffRate: 2 },
] as const;
