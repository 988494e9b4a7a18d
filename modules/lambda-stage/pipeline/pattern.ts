/**
 * Whether an action of a policy, which may hold `*` and `?`, is one of `actions`. IAM compares without regard to case.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
export function covers(pattern: string, actions: readonly string[]): boolean {
  if (!/[*?]/.test(pattern)) return actions.some((action) => action.toLowerCase() === pattern.toLowerCase());
  const glob = globOf(pattern, "i");
  return actions.some((action) => glob.test(action));
}

/** A pattern of IAM as a regular expression over the whole text. */
export function globOf(pattern: string, flags = ""): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, flags);
}

/** Which objects of a bucket: those whose keys begin and end so. */
export interface Place {
  readonly bucket: string;
  readonly prefix: string;
  readonly suffix: string;
}

const S3 = /^arn:[^:]+:s3:::/;

/**
 * What a resource of a policy says of objects: `bucket/stem` up to the first wildcard, and what the key must end with.
 * Nothing where it is not about objects of S3.
 */
export function objectsOf(resource: string): ObjectPattern | undefined {
  if (resource === "*") return { stem: "", tail: "", open: true };
  if (!S3.test(resource)) return undefined;
  const path = resource.replace(S3, "");
  const first = path.search(/[*?]/);
  if (first < 0) return path.includes("/") ? { stem: path, tail: path, open: false } : undefined;
  return { stem: path.slice(0, first), tail: /[^*?]*$/.exec(path)?.[0] ?? "", open: true };
}

export interface ObjectPattern {
  readonly stem: string;
  readonly tail: string;
  /** Whether anything may follow the stem. */
  readonly open: boolean;
}

/** Whether some object can be meant by both. */
export function meets({ stem, tail, open }: ObjectPattern, { bucket, prefix, suffix }: Place): boolean {
  const start = `${bucket}/${prefix}`;
  const nested = stem.startsWith(start) || (open && start.startsWith(stem));
  return nested && sameEnding(tail, suffix);
}

/** Whether a key can end with both. */
export function sameEnding(a: string, b: string): boolean {
  return a.endsWith(b) || b.endsWith(a);
}
