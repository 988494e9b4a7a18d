/** What tells one version of a source object from another, and which of two came later. */
export interface Version {
  readonly etag: string;
  /** Hexadecimal; null when the event had none (a replay from a listing has none). */
  readonly sequencer: string | null;
  /** ISO 8601, as S3 gives it. */
  readonly lastModified: string;
}

/** How one version of a key stands to another one; `unclear`: only the bucket can tell which is the present one. */
export type Order = "older" | "same" | "newer" | "unclear";

/**
 * How `left` stands to `right`.
 *
 * Sequencers decide where both have one: the shorter is padded with zeros on its right, then they compare as text
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). Without them the same
 * etag and time are the same version, which is better known with a sequencer; anything else is unclear. Times
 * cannot order two versions: they count seconds, and that of a multipart upload is when it was begun
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html).
 */
export function orderOf(left: Version, right: Version): Order {
  if (left.sequencer !== null && right.sequencer !== null)
    return bySequencer(left.sequencer, right.sequencer);
  if (left.etag !== right.etag || left.lastModified !== right.lastModified) return "unclear";
  if (left.sequencer === right.sequencer) return "same";
  return right.sequencer === null ? "newer" : "older";
}

function bySequencer(left: string, right: string): Order {
  const length = Math.max(left.length, right.length);
  const a = left.toLowerCase().padEnd(length, "0");
  const b = right.toLowerCase().padEnd(length, "0");
  return a === b ? "same" : a < b ? "older" : "newer";
}

/** Whether `candidate` came after `other` for sure: both have a sequencer, and they say so. */
export function isNewer(candidate: Version, other: Version): boolean {
  const known = candidate.sequencer !== null && other.sequencer !== null;
  return known && orderOf(candidate, other) === "newer";
}
