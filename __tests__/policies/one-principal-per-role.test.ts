import { statementsOf } from "../support/granted";
import {
  addResources,
  addStatement,
  firstOf,
  holdsEverywhere,
  listOf,
  resources,
  spoilt,
} from "../support/policies";
import type { StackJson } from "../support/synth";

/** Service → what uses a role of it, and the attribute that names the role. */
const USERS: Readonly<Record<string, readonly [type: string, attribute: string]>> = {
  "lambda.amazonaws.com": ["aws_lambda_function", "role"],
  "vpc-flow-logs.amazonaws.com": ["aws_flow_log", "iam_role_arn"],
};

/**
 * A role can be taken by one service, and is used by one thing of that service: what one may do says nothing about
 * another.
 */
function violations(json: StackJson): string[] {
  return resources(json, "aws_iam_role").flatMap(([address, role]) => {
    const principals = statementsOf(role.assume_role_policy).flatMap(({ Principal }) =>
      typeof Principal === "object"
        ? Object.entries(Principal).flatMap(([kind, names]) => listOf(names).map((name) => `${kind} ${name}`))
        : [String(Principal)],
    );
    const [service = "", ...others] = principals.map((name) => name.replace(/^Service /, ""));
    const user = others.length === 0 ? USERS[service] : undefined;
    const users = usersOf(json, address);
    return [
      ...(user ? [] : [`${address} can be taken by ${principals.join(", ") || "nobody"}`]),
      ...(users.length === 1 && (user === undefined || users[0] === user.join("."))
        ? []
        : [`${address} is used by ${users.join(", ") || "nothing"}`]),
    ];
  });
}

/** Type and attribute of everything that names the role by its ARN. */
function usersOf(json: StackJson, role: string): string[] {
  return Object.entries(json.resource ?? {}).flatMap(([type, blocks]) =>
    Object.values(blocks).flatMap((block) =>
      Object.entries(block)
        .filter(([, value]) => value === `\${${role}.arn}`)
        .map(([attribute]) => `${type}.${attribute}`),
    ),
  );
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
    expect.stringMatching(/ is used by aws_lambda_function\.role, aws_lambda_function\.role$/),
    expect.stringMatching(/ is used by nothing$/),
  ]);
});

test("catches a function with the role of a flow log, and a service that nobody has looked at", () => {
  const shared = spoilt("network", (stack) =>
    addResources(stack, {
      aws_lambda_function: { Probe: { role: firstOf(stack, "aws_flow_log").iam_role_arn ?? "" } },
    }),
  );
  expect(violations(shared)).toEqual([
    expect.stringMatching(/ is used by aws_flow_log\.iam_role_arn, aws_lambda_function\.role$/),
  ]);
  const unknown = spoilt("network", (stack) => {
    const role = firstOf(stack, "aws_iam_role");
    role.assume_role_policy = String(role.assume_role_policy).replace("vpc-flow-logs", "ec2");
  });
  expect(violations(unknown)).toEqual([
    expect.stringMatching(/ can be taken by Service ec2\.amazonaws\.com$/),
  ]);
});
