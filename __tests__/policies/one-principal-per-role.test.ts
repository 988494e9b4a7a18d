import { statementsOf } from "../support/granted";
import { addStatement, firstOf, holdsEverywhere, listOf, resources, spoilt } from "../support/policies";
import type { StackJson } from "../support/synth";

/** A role can be taken by one service, and is used by one function: what one may do says nothing about another. */
function violations(json: StackJson): string[] {
  return resources(json, "aws_iam_role").flatMap(([address, role]) => {
    const principals = statementsOf(role.assume_role_policy).flatMap(({ Principal }) =>
      typeof Principal === "object"
        ? Object.entries(Principal).flatMap(([kind, names]) => listOf(names).map((name) => `${kind} ${name}`))
        : [String(Principal)],
    );
    const users = resources(json, "aws_lambda_function").filter(
      ([, { role: arn }]) => arn === `\${${address}.arn}`,
    );
    return [
      ...(principals.length === 1 && /^Service [a-z.]+\.amazonaws\.com$/.test(principals[0] ?? "")
        ? []
        : [`${address} can be taken by ${principals.join(", ") || "nobody"}`]),
      ...(users.length === 1 ? [] : [`${address} is used by ${users.length} functions`]),
    ];
  });
}

holdsEverywhere(violations);

test.each([{ Service: "ec2.amazonaws.com" }, { AWS: "arn:aws:iam::111111111111:root" }, "*"])(
  "catches a role that %j can take too",
  (Principal) => {
    const json = spoilt("pipeline", (stack) =>
      addStatement(firstOf(stack, "aws_iam_role"), "assume_role_policy", {
        ...{ Effect: "Allow", Principal, Action: "sts:AssumeRole" },
      }),
    );
    expect(violations(json)).toEqual([
      expect.stringMatching(/^aws_iam_role\.\w+ can be taken by Service lambda\.amazonaws\.com, /),
    ]);
  },
);

test("catches two functions with one role", () => {
  const json = spoilt("pipeline", (stack) => {
    const [first, second] = resources(stack, "aws_lambda_function");
    if (first && second) second[1].role = first[1].role;
  });
  expect(violations(json).sort()).toEqual([
    expect.stringMatching(/ is used by 2 functions$/),
    expect.stringMatching(/ is used by 0 functions$/),
  ]);
});
