import { namesFor } from "../../config/naming";
import { configOf, type Environment } from "../support/platform";
import { addResources, firstOf, holdsEverywhere, resources, spoilt } from "../support/policies";
import type { StackJson } from "../support/synth";

/** Every role has the environment's boundary, but the two that deploy: those lie where no deployment reaches them. */
function violations(json: StackJson, environment: Environment, stack: string): string[] {
  const config = configOf(environment);
  const boundary = `arn:aws:iam::${config.accountId}:policy/boundary/${namesFor(config).boundary}`;
  return resources(json, "aws_iam_role")
    .filter(([, { permissions_boundary: limit, path }]) =>
      stack === "deployers" ? limit !== undefined || path !== "/deploy/" : limit !== boundary,
    )
    .map(
      ([address, { permissions_boundary: limit, path }]) => `${address} has ${limit}, and lies in ${path}`,
    );
}

holdsEverywhere(violations);

test.each(["network", "data", "pipeline", "database", "spark", "dashboard"])(
  "catches a role of %s without it, and one with another",
  (stack) => {
    const free = spoilt(stack, (json) => delete firstOf(json, "aws_iam_role").permissions_boundary);
    expect(violations(free, "dev", stack)).toEqual([expect.stringMatching(/ has undefined, and lies in /)]);
    const other = spoilt(stack, (json) => {
      firstOf(json, "aws_iam_role").permissions_boundary = "arn:aws:iam::aws:policy/AdministratorAccess";
    });
    expect(violations(other, "dev", stack)).toHaveLength(1);
  },
);

test("catches a role beside those who deploy, where a deployment would reach it", () => {
  const json = spoilt("deployers", (stack) =>
    addResources(stack, { aws_iam_role: { Another: { name: "atlas-dev-another" } } }),
  );
  expect(violations(json, "dev", "deployers")).toEqual([
    "aws_iam_role.Another has undefined, and lies in undefined",
  ]);
});
