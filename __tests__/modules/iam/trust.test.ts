import { Role, type RoleProps } from "../../../modules";
import { statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

const ANALYST = "arn:aws:iam::123456789012:role/analyst";
const role = (props: Partial<RoleProps>) =>
  synth((stack) => new Role(stack, "Role", { roleName: "reader", description: "Reads", ...props }));

test.each([
  [[ANALYST], ANALYST],
  [
    [ANALYST, "arn:aws:iam::123456789012:user/*/ann"],
    [ANALYST, "arn:aws:iam::123456789012:user/*/ann"],
  ],
])("can be taken by %j, whether they exist yet or not", (principals, condition) => {
  expect(statementsOf(role({ principals }).one("aws_iam_role").assume_role_policy)).toEqual([
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::123456789012:root" },
      Action: "sts:AssumeRole",
      Condition: { ArnLike: { "aws:PrincipalArn": condition } },
    },
  ]);
});

test("admits the roles that AWS makes for people, whose names end in what AWS likes", () => {
  const path = "aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Analyst_*";
  role({ principals: [`arn:aws:iam::123456789012:role/${path}`] });
});

test("is taken for an hour unless told otherwise", () => {
  expect(role({ principals: [ANALYST] }).one("aws_iam_role")).not.toHaveProperty("max_session_duration");
  role({ principals: [ANALYST], maxSessionSeconds: 43_200 }).one("aws_iam_role", {
    max_session_duration: 43_200,
  });
});

const names = (got: string) =>
  `Test/Role: principals must be roles or users of account 123456789012 by name, got ${got}`;

test.each<[string, Partial<RoleProps>, string]>([
  ["nobody", {}, "Test/Role: service or principals must be set, and not both, got neither"],
  [
    "a service beside principals",
    { service: "lambda.amazonaws.com", principals: [ANALYST] },
    "Test/Role: service or principals must be set, and not both, got both",
  ],
  ["an empty list", { principals: [] }, "Test/Role: principals must hold at least one, got none"],
  ["everybody", { principals: ["*"] }, names("*")],
  [
    "every role of the account",
    { principals: ["arn:aws:iam::123456789012:role/*"] },
    names("arn:aws:iam::123456789012:role/*"),
  ],
  [
    "a role of another account",
    { principals: ["arn:aws:iam::999999999999:role/analyst"] },
    names("arn:aws:iam::999999999999:role/analyst"),
  ],
  [
    "any kind of principal",
    { principals: ["arn:aws:iam::123456789012:*/analyst"] },
    names("arn:aws:iam::123456789012:*/analyst"),
  ],
  [
    "a source without a service",
    { principals: [ANALYST], sourceArn: "arn:aws:s3:::raw" },
    "Test/Role: sourceArn must go with a service, got arn:aws:s3:::raw",
  ],
  [
    "a session that is too short",
    { principals: [ANALYST], maxSessionSeconds: 60 },
    "Test/Role: maxSessionSeconds must be a whole number of 3600 to 43200, got 60",
  ],
])("rejects %s", (_, props, message) => {
  expect(messageOf(() => role(props))).toBe(message);
});
