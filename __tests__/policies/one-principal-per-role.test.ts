import { type PolicyStatement, statementsOf } from "../support/granted";
import { configOf, type Environment } from "../support/platform";
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

/** Service → what uses a role of it, and the attribute that names the role: one of them. */
const USERS: Readonly<Record<string, readonly string[]>> = {
  "lambda.amazonaws.com": ["aws_lambda_function.role"],
  "vpc-flow-logs.amazonaws.com": ["aws_flow_log.iam_role_arn"],
  "states.amazonaws.com": ["aws_sfn_state_machine.role_arn"],
  "scheduler.amazonaws.com": ["aws_scheduler_schedule.target"],
  "ec2.amazonaws.com": ["aws_iam_instance_profile.role"],
  // The state machine gives it to the clusters that it makes.
  "elasticmapreduce.amazonaws.com": ["aws_sfn_state_machine.definition"],
  // One for the code, one for what starts it.
  "ecs-tasks.amazonaws.com": [
    "aws_ecs_task_definition.execution_role_arn",
    "aws_ecs_task_definition.task_role_arn",
  ],
};

/**
 * A role can be taken by one service, and is used by one thing of that service: what one may do says nothing about
 * another. Or it is of people and programs: principals of the account, by name, take it, and nothing of ours uses it. Or
 * it is of one kind of job in CI, by name.
 */
function violations(json: StackJson, environment: Environment): string[] {
  const { accountId } = configOf(environment);
  return resources(json, "aws_iam_role").flatMap(([address, role]) => {
    const users = usersOf(json, address);
    if (isOfPrincipals(statementsOf(role.assume_role_policy), accountId)) {
      return users.length === 0 ? [] : [`${address} is of principals, and used by ${users.join(", ")}`];
    }
    if (isOfJobs(statementsOf(role.assume_role_policy), accountId)) {
      return users.length === 0 ? [] : [`${address} is of jobs, and used by ${users.join(", ")}`];
    }
    const principals = statementsOf(role.assume_role_policy).flatMap(({ Principal }) =>
      typeof Principal === "object"
        ? Object.entries(Principal).flatMap(([kind, names]) => listOf(names).map((name) => `${kind} ${name}`))
        : [String(Principal)],
    );
    const [service = "", ...others] = principals.map((name) => name.replace(/^Service /, ""));
    const user = others.length === 0 ? USERS[service] : undefined;
    return [
      ...(user ? [] : [`${address} can be taken by ${principals.join(", ") || "nobody"}`]),
      ...(users.length === 1 && (user === undefined || user.includes(users.join()))
        ? []
        : [`${address} is used by ${users.join(", ") || "nothing"}`]),
    ];
  });
}

/** AWS refuses a principal that is not there yet, so the account is named, under a condition on who of it. */
function isOfPrincipals(statements: readonly PolicyStatement[], accountId: string): boolean {
  return statements.every(({ Effect, Action, Principal, Condition = {} }) => {
    const names = listOf(Condition.ArnLike?.["aws:PrincipalArn"]);
    return (
      Effect === "Allow" &&
      // EMR names the job in tags of the session.
      ["sts:AssumeRole", "sts:AssumeRole,sts:TagSession"].includes(listOf(Action).join()) &&
      JSON.stringify(Principal) === JSON.stringify({ AWS: `arn:aws:iam::${accountId}:root` }) &&
      names.length > 0 &&
      names.every((name) => new RegExp(`^arn:aws:iam::${accountId}:(role|user)/.*\\w`).test(name))
    );
  });
}

/** GitHub's, made for AWS, of one repository: letter by letter, so that no other job of it is meant. */
function isOfJobs(statements: readonly PolicyStatement[], accountId: string): boolean {
  const issuer = "token.actions.githubusercontent.com";
  return statements.every(({ Effect, Action, Principal, Condition = {} }) => {
    const { StringEquals = {}, ...others } = Condition;
    const subjects = listOf(StringEquals[`${issuer}:sub`]);
    return (
      Effect === "Allow" &&
      Action === "sts:AssumeRoleWithWebIdentity" &&
      JSON.stringify(Principal) ===
        JSON.stringify({ Federated: `arn:aws:iam::${accountId}:oidc-provider/${issuer}` }) &&
      Object.keys(others).length === 0 &&
      StringEquals[`${issuer}:aud`] === "sts.amazonaws.com" &&
      subjects.length > 0 &&
      subjects.every((subject) => /^repo:[\w.@-]+\/[\w.@-]+:(environment|ref|pull_request)/.test(subject))
    );
  });
}

/** Type and attribute of everything that names the role, but policies. */
function usersOf(json: StackJson, role: string): string[] {
  const name = resources(json, "aws_iam_role").find(([address]) => address === role)?.[1].name;
  const names = (type: string, value: unknown) =>
    value === `\${${role}.arn}` ||
    (type === "aws_iam_instance_profile" && value === `\${${role}.name}`) ||
    (type === "aws_scheduler_schedule" && JSON.stringify(value)?.includes(`"\${${role}.arn}"`)) ||
    (type === "aws_sfn_state_machine" && String(value).includes(`"ServiceRole":"${name}"`));
  return Object.entries(json.resource ?? {}).flatMap(([type, blocks]) =>
    Object.values(blocks).flatMap((block) =>
      Object.entries(block)
        .filter(([, value]) => names(type, value))
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
    expect(violations(json, "dev")).toEqual([
      expect.stringMatching(/^aws_iam_role\.\w+ can be taken by Service lambda\.amazonaws\.com, /),
    ]);
  },
);

test("catches two functions with one role", () => {
  const json = spoilt("pipeline", (stack) => {
    const [first, second] = resources(stack, "aws_lambda_function");
    if (first && second) second[1].role = first[1].role;
  });
  expect(violations(json, "dev").sort()).toEqual([
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
  expect(violations(shared, "dev")).toEqual([
    expect.stringMatching(/ is used by aws_flow_log\.iam_role_arn, aws_lambda_function\.role$/),
  ]);
  const unknown = spoilt("network", (stack) => {
    const role = firstOf(stack, "aws_iam_role");
    role.assume_role_policy = String(role.assume_role_policy).replace("vpc-flow-logs", "glue");
  });
  expect(violations(unknown, "dev")).toEqual([
    expect.stringMatching(/ can be taken by Service glue\.amazonaws\.com$/),
  ]);
});

const ROOT = "arn:aws:iam::111111111111:root";

/** A collector's role, which other principals may take. */
const taken = (from: string, to: string) =>
  spoilt("data", (stack) => {
    const role = firstOf(stack, "aws_iam_role");
    role.assume_role_policy = String(role.assume_role_policy).replace(from, to);
  });

test.each([
  [
    "everybody of the account",
    '"arn:aws:iam::111111111111:role/web-collector"',
    '"arn:aws:iam::111111111111:role/*"',
  ],
  ["another account's", '"arn:aws:iam::111111111111:role/', '"arn:aws:iam::222222222222:role/'],
  ["nobody that is named", '"arn:aws:iam::111111111111:role/web-collector"', "[]"],
  ["who is not refused", "ArnLike", "ArnLikeIfExists"],
])("catches a role for principals that %s may take", (_, from, to) => {
  expect(violations(taken(from, to), "dev")).toEqual([
    expect.stringMatching(new RegExp(`^aws_iam_role\\.Collector-web_\\w+ can be taken by AWS ${ROOT}$`)),
    expect.stringMatching(/ is used by nothing$/),
  ]);
});

test("catches a function with the role of principals", () => {
  const json = spoilt("data", (stack) => {
    const [[role] = [""]] = resources(stack, "aws_iam_role");
    addResources(stack, { aws_lambda_function: { Probe: { role: `\${${role}.arn}` } } });
  });
  expect(violations(json, "dev")).toEqual([
    expect.stringMatching(
      /^aws_iam_role\.Collector-web_\w+ is of principals, and used by aws_lambda_function\.role$/,
    ),
  ]);
});

test.each([
  ["every subject", "StringEquals", "StringLike"],
  ["another account's issuer", "arn:aws:iam::111111111111:oidc", "arn:aws:iam::222222222222:oidc"],
  ["every repository", '"repo:acme/atlas:', '"repo:acme/*:'],
  ["tokens for others", '"sts.amazonaws.com"', '"https://example.com"'],
])("catches a role for jobs that takes %s", (_, from, to) => {
  const json = spoilt("deployers", (stack) => {
    const [, role] =
      resources(stack, "aws_iam_role").find(([, { name }]) => name === "atlas-dev-apply") ?? [];
    if (role) role.assume_role_policy = String(role.assume_role_policy).replace(from, to);
  });
  expect(violations(json, "dev")).toEqual([
    expect.stringMatching(/^aws_iam_role\.Roles_Apply_\w+ can be taken by Federated /),
    expect.stringMatching(/ is used by nothing$/),
  ]);
});
