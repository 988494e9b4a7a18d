import fc from "fast-check";
import { Catalogue, EvaluationError } from "../../../../modules/iam/evaluation";
import { ACCOUNT, decided, type Json, type Policies } from "./support";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await Catalogue.load(["s3"]);
});

const RUNS = 300;

const parts = {
  Effect: fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
  Action: fc.constantFrom("s3:GetObject", "s3:Get*", "s3:PutObject", "*"),
  Resource: fc.constantFrom("arn:aws:s3:::orders/*", "arn:aws:s3:::orders/other/*", "*"),
  Condition: fc.constantFrom(
    ...[{}, {}, { Bool: { "aws:SecureTransport": "true" } }, { Bool: { "aws:SecureTransport": "false" } }],
    ...[{ StringNotEquals: { "aws:SourceVpce": "v" } }, { Null: { "aws:SourceVpce": "false" } }],
  ),
};
const statement = fc.record(parts);
const principal = fc.constantFrom(
  ...["*", { Service: "s3.amazonaws.com" }, { AWS: ACCOUNT }],
  ...[{ AWS: `arn:aws:iam::${ACCOUNT}:role/team/reader` }, { AWS: `arn:aws:iam::${ACCOUNT}:user/ann` }],
);
const ofResource = fc.record({ ...parts, Principal: principal });
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
const perhaps = <T>(all: fc.Arbitrary<T>) => fc.option(all, { nil: null });

const policies: fc.Arbitrary<Required<Policies>> = fc.record({
  identity: some(statement),
  ...{ boundary: perhaps(some(statement)), session: perhaps(some(statement)) },
  resource: perhaps(some(ofResource)),
});

/** Undefined where AWS does not say. */
function decision(all: Policies) {
  try {
    return decided(catalogue, all, { context: { "aws:SecureTransport": "true", "aws:SourceVpce": null } })
      .decision;
  } catch (error) {
    if (error instanceof EvaluationError && error.message.includes("* must go with aws:PrincipalArn"))
      return undefined;
    throw error;
  }
}

const holds = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, property), { numRuns: RUNS, seed: 10 });

test("finds allowed, denied and undecided among the generated policies", () => {
  const found = fc.sample(policies, { numRuns: RUNS, seed: 10 }).map(decision);
  expect(new Set(found)).toEqual(new Set(["allowed", "denied", undefined]));
});

test("never allows more for a refusal more", () => {
  const place = fc.constantFrom("identity", "boundary", "session", "resource");
  holds(fc.tuple(policies, place, ofResource), ([all, where, more]) => {
    const { Principal, ...own } = { ...more, Effect: "Deny" };
    const added: Json = where === "resource" ? { ...own, Principal } : own;
    if (decision(all) !== "denied" || all[where] === null) return;
    expect(decision({ ...all, [where]: [...(all[where] ?? []), added] })).toBe("denied");
  });
});

test("never allows less for a permission more", () => {
  holds(fc.tuple(policies, statement), ([all, more]) => {
    if (decision(all) !== "allowed") return;
    expect(decision({ ...all, identity: [...all.identity, { ...more, Effect: "Allow" }] })).toBe("allowed");
  });
});

test("never allows more for a boundary or a session policy", () => {
  holds(
    fc.tuple(policies, fc.constantFrom("boundary", "session"), some(statement)),
    ([all, where, limit]) => {
      if (decision({ ...all, [where]: null }) === "denied")
        expect(decision({ ...all, [where]: limit })).not.toBe("allowed");
    },
  );
});

test("does not hang on the order of statements", () => {
  const reversed = (list: readonly Json[] | null) => list && [...list].reverse();
  holds(policies, (all) => {
    const { identity, boundary, session, resource } = all;
    const other = {
      ...{ identity: [...identity].reverse(), boundary: reversed(boundary) },
      ...{ session: reversed(session), resource: reversed(resource) },
    };
    expect(decision(other)).toBe(decision(all));
  });
});

test("denies whatever is denied everywhere", () => {
  holds(policies, (all) => {
    const everything = { Effect: "Deny", Action: "*", Resource: "*" };
    expect(decision({ ...all, identity: [...all.identity, everything] })).toBe("denied");
  });
});
