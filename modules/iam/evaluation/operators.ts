import { BlockList, isIP } from "node:net";
import { EvaluationError } from "./evaluation-error";
import { matchesPattern, unescaped } from "./wildcards";

/** How values are compared. */
export interface Comparison {
  /** What a value must be, in a policy and in a request. */
  readonly rule: string;
  /** Whether a value of a policy is one. */
  readonly admits: (expected: string) => boolean;
  /** Whether IAM puts variables into a policy's value. */
  readonly variables: boolean;
  /** @throws EvaluationError on a value of a request that is none */
  readonly matches: (actual: string, expected: string) => boolean;
}

/** An operator, without what can stand before and behind its name. */
export interface Operator extends Comparison {
  /** Whether it holds where the comparison does with none of the policy's values. */
  readonly negated: boolean;
}

const text = (matches: Comparison["matches"]): Comparison => ({
  rule: "be a text",
  admits: () => true,
  variables: true,
  matches,
});

const equal = text((actual, expected) => actual === unescaped(expected));
const equalInLowerCase = text(
  (actual, expected) => actual.toLowerCase() === unescaped(expected).toLowerCase(),
);
const like = text((actual, expected) => matchesPattern(expected, actual));

/** Each of the six segments by itself, in `ArnEquals` as well. */
const arn: Comparison = {
  rule: "be an ARN of six segments",
  admits: (expected) => expected.split(":").length >= 6,
  variables: true,
  matches: (actual, expected) => {
    const [one, other] = [segmentsOf(actual), segmentsOf(expected)];
    return one.every((segment, index) => matchesPattern(other[index] ?? "", segment));
  },
};

function segmentsOf(value: string): readonly string[] {
  const segments = value.split(":");
  if (segments.length < 6) throw new EvaluationError("Condition", `an ARN has six segments, got ${value}`);
  return [...segments.slice(0, 5), segments.slice(5).join(":")];
}

/** Values that have an order. */
function ordered(rule: string, parse: (value: string) => number, holds: (a: number, b: number) => boolean) {
  const read = (value: string) => {
    const number = parse(value);
    if (!Number.isNaN(number)) return number;
    throw new EvaluationError("Condition", `a value must ${rule}, got ${value}`);
  };
  return {
    rule,
    admits: (expected: string) => !Number.isNaN(parse(expected)),
    variables: false,
    matches: (actual: string, expected: string) => holds(read(actual), read(expected)),
  };
}

const asNumber = (value: string) => (/^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN);

/** ISO 8601 in UTC, or seconds since 1970. */
function asTime(value: string): number {
  if (/^\d+$/.test(value) && value.length > 4) return Number(value) * 1000;
  return /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?Z)?$/.test(value)
    ? Date.parse(value)
    : Number.NaN;
}

const bool: Comparison = {
  rule: "be true or false",
  admits: (expected) => /^(true|false)$/i.test(expected),
  variables: true,
  matches: (actual, expected) => {
    const wrong = [actual, expected].find((value) => !/^(true|false)$/i.test(value));
    if (wrong !== undefined)
      throw new EvaluationError("Condition", `a value must be true or false, got ${wrong}`);
    return actual.toLowerCase() === expected.toLowerCase();
  },
};

const address: Comparison = {
  rule: "be an address or a range of addresses",
  admits: (expected) => rangeOf(expected) !== undefined,
  variables: false,
  matches: (actual, expected) => {
    const family = isIP(actual);
    if (family === 0) throw new EvaluationError("Condition", `a value must be an address, got ${actual}`);
    return rangeOf(expected)?.check(actual, family === 6 ? "ipv6" : "ipv4") ?? false;
  },
};

function rangeOf(expected: string): BlockList | undefined {
  const [net = "", bits, ...more] = expected.split("/");
  const family = isIP(net);
  const length = bits === undefined ? (family === 6 ? 128 : 32) : Number(bits);
  if (family === 0 || more.length > 0 || !Number.isInteger(length) || bits === "") return undefined;
  if (length < 0 || length > (family === 6 ? 128 : 32)) return undefined;
  const list = new BlockList();
  list.addSubnet(net, length, family === 6 ? "ipv6" : "ipv4");
  return list;
}

const is = (comparison: Comparison): Operator => ({ ...comparison, negated: false });
const isNot = (comparison: Comparison): Operator => ({ ...comparison, negated: true });

function order(kind: string, rule: string, parse: (value: string) => number): Record<string, Operator> {
  const by = (holds: (a: number, b: number) => boolean) => ordered(rule, parse, holds);
  return {
    [`${kind}Equals`]: is(by((a, b) => a === b)),
    [`${kind}NotEquals`]: isNot(by((a, b) => a === b)),
    [`${kind}LessThan`]: is(by((a, b) => a < b)),
    [`${kind}LessThanEquals`]: is(by((a, b) => a <= b)),
    [`${kind}GreaterThan`]: is(by((a, b) => a > b)),
    [`${kind}GreaterThanEquals`]: is(by((a, b) => a >= b)),
  };
}

/**
 * Every operator but `Null`, which asks whether a key is there, and `BinaryEquals`, which nothing of ours uses.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: is(equal),
  StringNotEquals: isNot(equal),
  StringEqualsIgnoreCase: is(equalInLowerCase),
  StringNotEqualsIgnoreCase: isNot(equalInLowerCase),
  StringLike: is(like),
  StringNotLike: isNot(like),
  ...order("Numeric", "be a number", asNumber),
  ...order("Date", "be a date of ISO 8601 in UTC, or seconds", asTime),
  Bool: is(bool),
  IpAddress: is(address),
  NotIpAddress: isNot(address),
  ArnEquals: is(arn),
  ArnLike: is(arn),
  ArnNotEquals: isNot(arn),
  ArnNotLike: isNot(arn),
};
