/** What tells one version of a source object from another, and which of two came later. */
export interface Version {
  readonly etag: string;
  /** Hexadecimal; null when the event had none (a replay from a listing has none). */
  readonly sequencer: string | null;
  /** ISO 8601, as S3 gives it. */
  readonly lastModified: string;
}

const order = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/**
 * Negative when `left` is the older version of the same key, positive when it is the newer one, 0 for the same.
 *
 * Sequencers decide where both have one: the shorter is padded with zeros on its right, then they compare as text
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). Otherwise the time
 * of the last change decides, and in the same second the etag, so that every reader picks the same one.
 */
export function compareVersions(left: Version, right: Version): number {
  if (left.sequencer !== null && right.sequencer !== null) {
    const length = Math.max(left.sequencer.length, right.sequencer.length);
    const [a, b] = [left, right].map(({ sequencer }) => (sequencer ?? "").toLowerCase().padEnd(length, "0"));
    return order(a ?? "", b ?? "");
  }
  const age = Date.parse(left.lastModified) - Date.parse(right.lastModified);
  return age !== 0 ? age : order(left.etag, right.etag);
}

/** Whether `candidate` came after `other`. */
export function isNewer(candidate: Version, other: Version): boolean {
  return compareVersions(candidate, other) > 0;
}
