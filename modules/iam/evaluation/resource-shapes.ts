import { overlap } from "./wildcards";

/** A type of resource, and how AWS writes its ARN: `arn:${Partition}:s3:::${BucketName}/${ObjectName}`. */
export interface ResourceShape {
  readonly type: string;
  readonly arn: string;
}

interface Reading {
  /** What only an ARN of that type is; a part that is not the last holds no colon. */
  readonly exact: RegExp;
  readonly pattern: string;
  /** Letters that are no part of a name: an object's ARN could be a bucket's whose name holds a slash, but it says more. */
  readonly literals: number;
}

const readings = new Map<string, Reading>();

/**
 * The types that an ARN can be of: of those that it can be read as, what says most. With wildcards it can stand for more:
 * for what says as much or more, and where it can be read as none, for all that it covers.
 */
export function shapesOf(shapes: readonly ResourceShape[], arn: string): readonly ResourceShape[] {
  const literals = (shape: ResourceShape) => readingOf(shape).literals;
  const exact = shapes.filter((shape) => readingOf(shape).exact.test(arn));
  const most = Math.max(0, ...exact.map(literals));
  const kept = /[*?]/.test(arn)
    ? shapes.filter((shape) => overlapBySegment(arn, readingOf(shape).pattern))
    : exact;
  return kept.filter((shape) => literals(shape) >= most);
}

function readingOf({ arn }: ResourceShape): Reading {
  const known = readings.get(arn);
  if (known) return known;
  const parts = arn.split(/\$\{[^}]*\}/);
  const text = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const [last = ""] = text.splice(-1);
  const reading = {
    exact: new RegExp(`^${text.join("[^:]*?")}${text.length > 0 ? ".*" : ""}${last}$`, "s"),
    pattern: parts.join("*"),
    literals: parts.join("").length,
  };
  readings.set(arn, reading);
  return reading;
}

/** Segments of an ARN are compared each by itself, and the last one takes the rest. */
function overlapBySegment(one: string, other: string): boolean {
  const [left, right] = [segmentsOf(one), segmentsOf(other)];
  return left.length === right.length && left.every((segment, index) => overlap(segment, right[index] ?? ""));
}

function segmentsOf(arn: string): readonly string[] {
  const segments = arn.split(":");
  return [...segments.slice(0, 5), segments.slice(5).join(":")];
}
