import { statementsOf } from "../support/granted";
import { ANOTHER, configOf, type PlatformJson, platform } from "../support/platform";
import { differences, firstOf, resources } from "../support/policies";
import type { StackJson } from "../support/synth";

const NAMES = ["dev", "prod", "local"] as const;
type Name = (typeof NAMES)[number];

/**
 * Every place where an environment differs from the same values under another name, in another account.
 *
 * Environments have other zones, gateways and endpoints than one another by their values, so that a comparison of
 * dev with prod says little. With one environment's values under two names there is nothing left that may differ:
 * an `if (environment === …)`, or one about the account, shows by whatever it changes, be it a resource or a number.
 */
function violations(stacks: PlatformJson, renamed: PlatformJson, name: Name): string[] {
  return differences(withoutNames(stacks, name), withoutNames(renamed, name), "");
}

/** Both get the other name and account, because words of AWS may hold the environment's, as `prod-eu-central-1-…`. */
function withoutNames(stacks: PlatformJson, name: Name): PlatformJson {
  const { accountId } = configOf(name);
  const text = JSON.stringify(stacks)
    // What a token claims stands in it encoded; it is not signed.
    .replace(/(?<="web_identity_token":"[\w-]+\.)[\w-]+(?=\.")/g, (claims) =>
      Buffer.from(claims, "base64url").toString().replaceAll('"', "'"),
    )
    // A user of the database has underscores around it, which are letters to `\b`.
    .replace(new RegExp(`(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])`, "g"), ANOTHER.environment)
    .replaceAll(accountId, ANOTHER.accountId);
  return withoutParts(JSON.parse(text));
}

/** What one policy of a role does not hold goes into the next: where it is cut, the length of the name decides. */
function withoutParts(stacks: PlatformJson): PlatformJson {
  const parts = ["aws_iam_role_policy", "aws_iam_policy"].flatMap((type) =>
    resources(stacks.deployers ?? { terraform: {} }, type).filter(([id]) => id.includes(".Roles_Apply_")),
  );
  const whole = JSON.stringify(parts.flatMap(([, { policy }]) => statementsOf(policy)));
  for (const [, block] of parts) block.policy = whole;
  return stacks;
}

test.each(NAMES)("%s under another name, in another account, is the same", (name) => {
  expect(violations(platform(name), platform(`${name}, renamed`), name)).toEqual([]);
});

test("another name and account are in what is compared", () => {
  const text = JSON.stringify(platform("prod, renamed"));
  expect(text).toContain("/atlas/another/network");
  expect(text).toContain("arn:aws:kms:eu-central-1:999999999999:alias/atlas-another");
  expect(text).not.toContain("atlas-prod");
});

test("dev and prod are not the same values", () => {
  expect(platform("dev")).not.toEqual(platform("prod"));
});

/** The stacks of prod as a branch on the name would make them. */
function branched(stack: string, change: (json: StackJson) => void): PlatformJson {
  const stacks = structuredClone(platform("prod"));
  const json = stacks[stack];
  if (json === undefined) throw new Error(`there is no stack ${stack}`);
  change(json);
  return stacks;
}

test.each<[string, string, string, (json: StackJson) => void]>([
  [
    "a resource",
    "network",
    String.raw`^\.network\.resource\.aws_flow_log$`,
    ({ resource }) => delete (resource as Record<string, unknown>).aws_flow_log,
  ],
  [
    "an attribute",
    "data",
    String.raw`^\.data\.resource\.aws_s3_bucket\.\w+\.acl$`,
    (json) => Object.assign(firstOf(json, "aws_s3_bucket"), { acl: "private" }),
  ],
  [
    "a number",
    "pipeline",
    String.raw`^\.pipeline\.resource\.aws_lambda_function\.\w+\.memory_size$`,
    (json) => Object.assign(firstOf(json, "aws_lambda_function"), { memory_size: 3008 }),
  ],
])("catches %s that the environment's name decides", (_, stack, path, change) => {
  expect(violations(branched(stack, change), platform("prod, renamed"), "prod")).toEqual([
    expect.stringMatching(path),
  ]);
});
