import fc from "fast-check";
import {
  ACCOUNT,
  CALLS,
  type Call,
  type CallName,
  FOREIGN,
  PREFIX,
  REGION,
  ROLE,
  USER,
} from "./evaluator-calls";

/** A statement as IAM writes it. */
export type Json = Readonly<Record<string, unknown>>;
export type Caller = "reader" | "foreign" | "person";

/** A call by somebody, and the statements of all policies that bear on it. */
export interface Case {
  readonly call: CallName;
  readonly caller: Caller;
  readonly identity: readonly Json[];
  readonly boundary: readonly Json[] | null;
  readonly session: readonly Json[] | null;
  readonly resource: readonly Json[] | null;
}

/** Keys of the request, and values that some calls have and others do not. */
const CONDITIONS: readonly Json[] = [
  { Bool: { "aws:SecureTransport": "true" } },
  { Bool: { "aws:SecureTransport": "false" } },
  { StringEquals: { "aws:PrincipalAccount": ACCOUNT } },
  { StringNotEquals: { "aws:PrincipalAccount": [ACCOUNT, "999999999999"] } },
  { StringEquals: { "aws:RequestedRegion": [REGION, "eu-west-1"] } },
  { StringEquals: { "aws:ResourceAccount": ACCOUNT } },
  { StringEquals: { "aws:SourceAccount": ACCOUNT } },
  { StringEqualsIfExists: { "aws:SourceAccount": ACCOUNT } },
  { StringNotEquals: { "aws:SourceAccount": ACCOUNT } },
  { ArnNotLike: { "aws:SourceArn": "arn:aws:s3:::other*" } },
  { Null: { "aws:SourceArn": "true" } },
  { Null: { "aws:PrincipalTag/team": "true" } },
  { IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "127.0.0.0/8"] } },
  { NotIpAddress: { "aws:SourceIp": "127.0.0.1" } },
  { DateGreaterThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } },
  { DateLessThanEquals: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } },
  { NumericGreaterThan: { "aws:EpochTime": "1500000000" } },
  { NumericLessThan: { "aws:EpochTime": "1500000000" } },
  { StringLike: { "s3:prefix": ["events/*", "results/*"] } },
  { StringNotLike: { "s3:prefix": "events/*" } },
  { StringEquals: { "aws:PrincipalTag/team": "blue" } },
  { StringEquals: { "aws:PrincipalTag/team": "Blue" } },
  { StringEqualsIgnoreCase: { "aws:principaltag/Team": "BLUE" } },
  { StringNotEqualsIgnoreCase: { "aws:PrincipalTag/team": "BLUE" } },
  { "ForAnyValue:StringEquals": { "aws:TagKeys": "cost" } },
  { "ForAllValues:StringEquals": { "aws:TagKeys": "cost" } },
  { "ForAnyValue:StringNotEquals": { "aws:TagKeys": "cost" } },
  { StringEquals: { "aws:username": USER } },
  { StringLike: { "aws:PrincipalArn": "*" } },
  { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/${ROLE.reader}` } },
  { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:user/pers?n` } },
  { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::*:*/${ROLE.reader}` } },
];

type Weighted = fc.WeightedArbitrary<string>;
const weigh = (weight: number, value: string): Weighted => ({ weight, arbitrary: fc.constant(value) });

function actionPattern({ action, other }: Call, own: boolean): fc.Arbitrary<string> {
  const [service = "", verb = ""] = action.split(":");
  return fc.oneof(
    ...[weigh(6, action), weigh(1, `${service}:${verb.slice(0, 3)}*`), weigh(2, other)],
    ...(own ? [] : [weigh(1, `${service}:*`), weigh(1, "*")]),
    ...[weigh(1, `${service}:${verb.toLowerCase()}`), weigh(1, `${service}:${verb.slice(0, -1)}?`)],
  );
}

function resourcePattern({ arn, neighbour, action }: Call, own: boolean): fc.Arbitrary<string> {
  if (own && action.startsWith("kms:")) return fc.constant("*");
  const capital = arn.replace(/[^:/]+$/, (name) => name.toUpperCase());
  const variable = arn.replace("blue", `\${aws:PrincipalTag/team}`);
  const unset = arn.replace("blue", `\${aws:PrincipalTag/none, 'blue'}`);
  return fc.oneof(
    ...[weigh(6, arn), weigh(2, `${arn.slice(0, -2)}*`), weigh(1, `${arn.slice(0, -1)}?`)],
    ...(own ? [] : [weigh(1, "*"), weigh(1, capital)]),
    ...(arn.startsWith("arn:aws:s3:::") && own && action !== "s3:ListBucket" ? [weigh(2, neighbour)] : []),
    ...(own ? [] : [weigh(2, neighbour)]),
    ...(arn.includes("blue") && !own ? [weigh(1, variable), weigh(1, unset)] : []),
  );
}

const effect = fc.oneof(
  { weight: 4, arbitrary: fc.constant("Allow") },
  { weight: 1, arbitrary: fc.constant("Deny") },
);

const condition = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.constantFrom(...CONDITIONS) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...CONDITIONS), fc.constantFrom(...CONDITIONS))
      .map(([one, two]) => ({ ...two, ...one })),
  },
);

/** The element, or one time in six its opposite. */
const element = (name: string, pattern: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.uniqueArray(pattern, { minLength: 1, maxLength: 2 }))
    .map(([chance, patterns]) => ({ [chance === 0 ? `Not${name}` : name]: patterns }));

function identityStatement(call: Call): fc.Arbitrary<Json> {
  const parts = fc.tuple(
    effect,
    element("Action", actionPattern(call, false)),
    element("Resource", resourcePattern(call, false)),
    condition,
  );
  return parts.map(([Effect, action, resource, Condition]) => ({
    ...{ Effect, ...action, ...resource },
    ...(Object.keys(Condition).length > 0 ? { Condition } : {}),
  }));
}

const PRINCIPALS = [
  ...["*", { AWS: "*" }, { AWS: ACCOUNT }],
  ...[ACCOUNT, FOREIGN].map((account) => ({ AWS: `arn:aws:iam::${account}:root` })),
  ...[`role/${ROLE.reader}`, `role/${ROLE.target}`, `user/${USER}`].map((name) => ({
    AWS: `arn:aws:iam::${ACCOUNT}:${name}`,
  })),
  { AWS: [`arn:aws:sts::${ACCOUNT}:assumed-role/${ROLE.reader}/case`, `arn:aws:iam::${FOREIGN}:root`] },
  { AWS: `arn:aws:iam::${FOREIGN}:role/${ROLE.foreign}` },
  { Service: "lambda.amazonaws.com" },
];

function resourceStatement(call: Call): fc.Arbitrary<Json> {
  const trust = call.policy === "trust";
  const parts = fc.tuple(
    effect,
    fc.constantFrom(...PRINCIPALS),
    fc.uniqueArray(actionPattern(call, true), { minLength: 1, maxLength: 2 }),
    fc.uniqueArray(resourcePattern(call, true), { minLength: 1, maxLength: 2 }),
    condition,
  );
  return parts.map(([Effect, Principal, Action, Resource, Condition]) => ({
    ...{ Effect, Principal, Action: trust ? call.action : Action },
    ...(trust ? {} : { Resource }),
    ...(Object.keys(Condition).length > 0 ? { Condition } : {}),
  }));
}

const list = (statement: fc.Arbitrary<Json>, minLength = 1) =>
  fc.array(statement, { minLength, maxLength: 2 });
const rarely = <T>(arbitrary: fc.Arbitrary<T>, nil: number) =>
  fc.oneof({ weight: nil, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

function casesOf(name: CallName): fc.Arbitrary<Case> {
  const call: Call = CALLS[name];
  const callers: readonly Caller[] = call.foreign ? ["reader", "person", "foreign"] : ["reader", "person"];
  const optional = call.policy === "may" ? 1 : 0;
  const record = fc.record({
    call: fc.constant(name),
    caller: fc.constantFrom(...callers),
    identity: list(identityStatement(call), 0),
    boundary: rarely(list(identityStatement(call)), 3),
    session: rarely(list(identityStatement(call)), 5),
    resource: call.policy === "none" ? fc.constant(null) : rarely(list(resourceStatement(call)), optional),
  });
  return record.map((one) => (one.caller === "person" ? { ...one, session: null } : one));
}

/** What ministack reads otherwise, and chance seldom finds. */
const RARE: readonly Case[] = [
  {
    ...{ call: "putObject", caller: "foreign", boundary: null, session: null },
    identity: [
      {
        ...{ Effect: "Allow", Action: "s3:PutObject", Resource: CALLS.putObject.arn },
        Condition: { StringEquals: { "aws:ResourceAccount": ACCOUNT } },
      },
    ],
    resource: [{ Effect: "Allow", Principal: "*", Action: "s3:PutObject", Resource: CALLS.putObject.arn }],
  },
  {
    ...{ call: "sendMessage", caller: "reader", boundary: null, session: null },
    identity: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }],
    resource: [
      {
        ...{ Effect: "Deny", Principal: "*", Action: "sqs:SendMessage", Resource: CALLS.sendMessage.arn },
        Condition: { Null: { "aws:PrincipalTag/team": "true" } },
      },
    ],
  },
];

/** The same cases every time, as many of each call. */
export function generatedCases(each: number): Case[] {
  const names = Object.keys(CALLS) as CallName[];
  const generated = names.flatMap((name, index) =>
    fc.sample(casesOf(name), { numRuns: each, seed: 2000 + index }),
  );
  return [...RARE, ...generated];
}

export const prefixOf = (call: CallName) => (call === "listBucket" ? PREFIX : null);
