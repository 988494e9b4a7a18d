import {
  addStatement,
  firstOf,
  holdsEverywhere,
  listOf,
  resources,
  spoilt,
  statementsIn,
} from "../support/policies";
import type { StackJson } from "../support/synth";

const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
const ACLS = ["aws_s3_bucket_acl", "aws_s3_object_copy"];

/** The policy of an endpoint is a ceiling and grants nothing: `endpoint-policies.test.ts` says what it may hold. */
const CEILINGS = ["aws_vpc_endpoint"];

/** No bucket can be made public, objects belong to the bucket's owner, and no policy allows everybody something. */
function violations(json: StackJson): string[] {
  const of = (bucket: string, type: string) =>
    resources(json, type).find(([, block]) => String(block.bucket).startsWith(`\${${bucket}.`))?.[1];
  return [
    ...resources(json, "aws_s3_bucket").flatMap(([address]) => [
      ...BLOCKS.filter((name) => of(address, "aws_s3_bucket_public_access_block")?.[name] !== true).map(
        (name) => `${address} lacks ${name}`,
      ),
      ...(JSON.stringify(of(address, "aws_s3_bucket_ownership_controls")?.rule ?? "").includes(
        '"object_ownership":"BucketOwnerEnforced"',
      )
        ? []
        : [`${address} admits other owners`]),
    ]),
    ...ACLS.flatMap((type) => resources(json, type).map(([address]) => `${address} sets an ACL`)),
    ...statementsIn(json)
      .filter(({ Effect, type }) => Effect === "Allow" && !CEILINGS.includes(type))
      .filter(({ Principal }) => isEverybody(Principal))
      .map(({ address }) => `${address} allows everybody`),
  ];
}

function isEverybody(principal: unknown): boolean {
  if (typeof principal === "string") return principal === "*";
  const values = Object.values((principal ?? {}) as Record<string, string | string[]>);
  return values.some((value) => listOf(value).includes("*"));
}

holdsEverywhere(violations);

test.each(BLOCKS)("catches a bucket without %s", (name) => {
  const json = spoilt("data", (stack) => {
    firstOf(stack, "aws_s3_bucket_public_access_block")[name] = false;
  });
  expect(violations(json)).toEqual([expect.stringMatching(`^aws_s3_bucket\\.\\w+ lacks ${name}$`)]);
});

test("catches a bucket without an access block or ownership controls", () => {
  const json = spoilt("state", (stack) => {
    delete stack.resource?.aws_s3_bucket_public_access_block;
    delete stack.resource?.aws_s3_bucket_ownership_controls;
  });
  expect(violations(json)).toHaveLength(5);
});

test("catches objects that belong to who writes them", () => {
  const json = spoilt("data", (stack) => {
    firstOf(stack, "aws_s3_bucket_ownership_controls").rule = { object_ownership: "ObjectWriter" };
  });
  expect(violations(json)).toEqual([expect.stringMatching(/admits other owners$/)]);
});

test.each(["*", { AWS: "*" }, { AWS: ["arn:aws:iam::111111111111:root", "*"] }])(
  "catches a policy that allows %j something",
  (Principal) => {
    const json = spoilt("pipeline", (stack) =>
      addStatement(firstOf(stack, "aws_sqs_queue"), "policy", {
        ...{ Effect: "Allow", Principal, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:x:1:y" },
      }),
    );
    expect(violations(json)).toEqual([expect.stringMatching(/^aws_sqs_queue\.\w+ allows everybody$/)]);
  },
);
