import { namesFor } from "../../config/naming";
import { statementsOf } from "../support/granted";
import { permissionsIn, statementsFor } from "../support/permissions";
import { configOf, type Environment, platform } from "../support/platform";
import { addStatement, firstOf, holdsEverywhere, listOf, resources, spoilt } from "../support/policies";
import type { StackJson } from "../support/synth";

/**
 * A collector may write raw objects below its own prefix, and use the key for that: it reads nothing back, not even its
 * own, deletes nothing, and reaches no other collector's. It may be who the configuration says, and nobody else.
 */
function violations(json: StackJson, environment: Environment): string[] {
  const config = configOf(environment);
  const { rawBucket, collectorRole } = namesFor(config);
  const { may, key, objects } = statementsFor(config);
  const permissions = permissionsIn(json);
  const collectors = Object.entries(config.collectors).map(([name, { principals }]) => ({
    name,
    takers: principals.map((principal) => `arn:aws:iam::${config.accountId}:${principal}`),
    role: collectorRole(name),
  }));
  return [
    ...Object.keys(permissions)
      .filter((role) => role.startsWith(collectorRole("x").replace(/x$/, "")))
      .filter((role) => !collectors.some((known) => known.role === role))
      .map((role) => `${role} is a collector that nobody asked for`),
    ...collectors
      .filter(({ role }) => permissions[role] !== undefined)
      .flatMap(({ name, role, takers }) => {
        const wanted = [
          may("s3:PutObject", objects(rawBucket, `events/${name}/`)),
          key("s3", "kms:GenerateDataKey", "kms:Decrypt"),
        ].map((statement) => JSON.stringify(statement));
        const given = (permissions[role] ?? []).map((statement) => JSON.stringify(statement));
        return [
          ...given.filter((text) => !wanted.includes(text)).map((text) => `${role} may also ${text}`),
          ...wanted.filter((text) => !given.includes(text)).map((text) => `${role} may not ${text}`),
          ...(takersOf(json, role).join() === takers.join() ? [] : [`${role} is taken by others`]),
        ];
      }),
  ];
}

function takersOf(json: StackJson, role: string): string[] {
  const [, block] = resources(json, "aws_iam_role").find(([, { name }]) => name === role) ?? [];
  return statementsOf(block?.assume_role_policy).flatMap(({ Condition }) =>
    listOf(Condition?.ArnLike?.["aws:PrincipalArn"]),
  );
}

holdsEverywhere(violations);

test.each(["dev", "prod"] as const)("every collector of %s has a role", (environment) => {
  const config = configOf(environment);
  const roles = Object.keys(permissionsIn(platform(environment).data ?? { terraform: {} }));
  const wanted = Object.keys(config.collectors).map(namesFor(config).collectorRole);
  expect(wanted).not.toEqual([]);
  expect(roles).toEqual(expect.arrayContaining(wanted));
});

const RAW = "arn:aws:s3:::atlas-dev-raw-111111111111-eu-central-1";

test.each([
  ["reads what it wrote", "s3:GetObject", `${RAW}/events/web/*`],
  ["deletes", "s3:DeleteObject", `${RAW}/events/web/*`],
  ["lists", "s3:ListBucket", RAW],
  ["writes another's", "s3:PutObject", `${RAW}/events/app/*`],
  ["writes all", "s3:PutObject", `${RAW}/events/*`],
  [
    "starts the stage by itself",
    "sqs:SendMessage",
    "arn:aws:sqs:eu-central-1:111111111111:atlas-dev-structure",
  ],
])("catches a collector that %s", (_, Action, Resource) => {
  const statement = { Effect: "Allow", Action, Resource };
  const json = spoilt("data", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", statement),
  );
  expect(violations(json, "dev")).toEqual([`atlas-dev-collector-web may also ${JSON.stringify(statement)}`]);
});

test("catches a collector that writes elsewhere, or whom others may be", () => {
  const moved = spoilt("data", (stack) => {
    const block = firstOf(stack, "aws_iam_role_policy");
    block.policy = String(block.policy).replace("/events/web/", "/events/");
  });
  expect(violations(moved, "dev")).toEqual([
    expect.stringMatching(/^atlas-dev-collector-web may also .*\/events\/\*"}$/),
    expect.stringMatching(/^atlas-dev-collector-web may not .*\/events\/web\/\*"}$/),
  ]);
  const taken = spoilt("data", (stack) => {
    const role = firstOf(stack, "aws_iam_role");
    role.assume_role_policy = String(role.assume_role_policy).replace("web-collector", "web-*");
  });
  expect(violations(taken, "dev")).toEqual(["atlas-dev-collector-web is taken by others"]);
});

test("catches a collector that nobody asked for", () => {
  const json = spoilt("data", (stack) => {
    firstOf(stack, "aws_iam_role").name = "atlas-dev-collector-app";
  });
  expect(violations(json, "dev")).toEqual(["atlas-dev-collector-app is a collector that nobody asked for"]);
});
