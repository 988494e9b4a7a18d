import * as fc from "fast-check";
import { policyJson, policySize, type Statement } from "../../../modules";
import { joinedByService, splitStatements } from "../../../modules/iam/policy-size";

const statement = (length: number, index = 0): Statement => ({
  actions: ["s3:GetObject"],
  resources: [`arn:aws:s3:::b/${index}/${"x".repeat(length)}`],
});

test("counts characters without white space", () => {
  expect(policySize('{ "a":\n\t"b c" }')).toBe('{"a":"bc"}'.length);
});

test("keeps what fits in the inline policy", () => {
  const statements = [statement(5_000), statement(5_000, 1)];
  expect(splitStatements(statements)).toEqual([statements]);
});

test("keeps order, loses nothing, and stays within what AWS takes", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 5_900 }), { maxLength: 20 });
  fc.assert(
    fc.property(lengths, (all) => {
      const statements = all.map(statement);
      const [inline = [], ...managed] = splitStatements(statements);
      expect([inline, ...managed].flat()).toEqual(statements);
      expect(policySize(policyJson(inline))).toBeLessThanOrEqual(10_240);
      for (const part of managed) expect(policySize(policyJson(part))).toBeLessThanOrEqual(6_144);
    }),
  );
});

test("takes no policy away when a statement grows", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(lengths, fc.nat(), fc.integer({ min: 1, max: 800 }), (all, where, growth) => {
      const grown = all.map((length, index) => (index === where % all.length ? length + growth : length));
      const count = (some: number[]) => splitStatements(some.map(statement)).length;
      expect(count(grown)).toBeGreaterThanOrEqual(count(all));
    }),
  );
});

test("joins statements of different services, and none that another service's actions could reach", () => {
  const s3 = { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::raw/*"] };
  const sqs = { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:r:a:q"] };
  const again = { actions: ["s3:PutObject"], resources: ["arn:aws:s3:::curated/*"] };
  const limited = {
    actions: ["kms:Decrypt"],
    resources: ["arn:aws:kms:r:a:key/*"],
    conditions: { Bool: { a: "true" } },
  };
  const star = { actions: ["xray:PutTraceSegments"], resources: ["*"] };
  const denied = { effect: "Deny", actions: ["iam:PassRole"], resources: ["arn:aws:iam::a:role/*"] } as const;
  expect(joinedByService([s3, sqs, again, limited, star, denied])).toEqual([
    { actions: ["s3:GetObject", "sqs:SendMessage"], resources: [...s3.resources, ...sqs.resources] },
    ...[again, limited, star, denied],
  ]);
});

test("does not join what is about a role with what is about the same role by another service's action", () => {
  const pass = { actions: ["iam:PassRole"], resources: ["arn:aws:iam::a:role/x"] };
  const take = { actions: ["sts:AssumeRole"], resources: ["arn:aws:iam::a:role/y"] };
  expect(joinedByService([pass, take])).toEqual([pass, take]);
});
