/** Days after which the parts of an upload that never ended are dropped. */
const ABORT_UPLOAD_DAYS = 7;

/** How long objects below a prefix live. */
export interface Expiration {
  /** What the key begins with; ends with `/`. */
  readonly prefix: string;
  /** Days from the writing of an object to its deletion, 1 or more. */
  readonly days: number;
}

/** What a bucket forgets, and when. */
export interface LifecycleProps {
  /** Days that a replaced or deleted version is kept, 1 or more. @default for ever */
  readonly noncurrentVersionDays?: number | undefined;
  /**
   * Days that an object lives, 1 or more. The bucket is versioned: what has expired is gone after
   * `noncurrentVersionDays` more, which must be set. @default for ever
   */
  readonly expireDays?: number | undefined;
  /** Days for objects below a prefix, fewer than for all around it. @default none */
  readonly expirations?: readonly Expiration[] | undefined;
}

/**
 * The rules as S3 reads them; none when nothing is forgotten. A rule with days also removes the delete markers that
 * are left over, so it needs no rule for them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export function lifecycleRules({ noncurrentVersionDays, expireDays, expirations = [] }: LifecycleProps) {
  return [
    ...(noncurrentVersionDays === undefined
      ? []
      : [
          {
            id: "old-versions",
            status: "Enabled",
            filter: [{ prefix: "" }],
            noncurrentVersionExpiration: [{ noncurrentDays: noncurrentVersionDays }],
            abortIncompleteMultipartUpload: [{ daysAfterInitiation: ABORT_UPLOAD_DAYS }],
          },
        ]),
    ...allExpirations(expireDays, expirations).map(({ prefix, days }) => ({
      id: prefix === "" ? "expire" : `expire-${prefix}`,
      status: "Enabled",
      filter: [{ prefix }],
      expiration: [{ days }],
    })),
  ];
}

/** Of two rules about an object S3 takes the shorter, so that more days below a prefix would have no effect. */
export function lifecycleMistakes(props: LifecycleProps): string[] {
  const { noncurrentVersionDays, expireDays, expirations = [] } = props;
  const all = allExpirations(expireDays, expirations);
  const named = (prefix: string) => (prefix === "" ? "expireDays" : `expirations of ${prefix}`);
  const days = [
    ...(noncurrentVersionDays === undefined
      ? []
      : [["noncurrentVersionDays", noncurrentVersionDays] as const]),
    ...all.map(({ prefix, days }) => [named(prefix), days] as const),
  ];
  return [
    ...days
      .filter(([, value]) => !Number.isInteger(value) || value < 1)
      .map(([name, value]) => `${name} must be a whole number of 1 or more, got ${value}`),
    ...expirations
      .filter(({ prefix }) => !/^[^/*?].*\/$/.test(prefix) || /[*?]/.test(prefix))
      .map(({ prefix }) => `expirations must have prefixes that end with /, got ${prefix || "nothing"}`),
    ...(all.length > 0 && noncurrentVersionDays === undefined
      ? ["noncurrentVersionDays must be set where objects expire, or every version stays, got nothing"]
      : []),
    ...all.flatMap((inside, index) =>
      all
        .filter((around, other) => other !== index && inside.prefix.startsWith(around.prefix))
        .filter((around) => inside.days >= around.days)
        .map(
          (around) =>
            `${named(inside.prefix)} must be fewer days than ${named(around.prefix)} (${around.days}), got ${inside.days}`,
        ),
    ),
  ];
}

function allExpirations(expireDays: number | undefined, expirations: readonly Expiration[]): Expiration[] {
  return [...(expireDays === undefined ? [] : [{ prefix: "", days: expireDays }]), ...expirations];
}
