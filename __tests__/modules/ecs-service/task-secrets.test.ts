import type { TaskSecret } from "../../../modules/ecs-service/task/task-props";
import { keyStatement } from "../../support/granted";
import { container, mayDo, task } from "../../support/task";

const sm = (name: string) => `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}`;
const ssm = (name: string) => `arn:aws:ssm:eu-central-1:123456789012:parameter/${name}`;

const sourceOf = (secret: TaskSecret) => container(task({ secrets: { A: secret } })).secrets;

/** What the execution role may beyond what every one may. */
const mayRead = (secrets: Record<string, TaskSecret>) =>
  mayDo(task({ secrets }), "orders-execution").slice(3);

test("reads a secret whole, by its name", () => {
  expect(sourceOf({ secretName: "shop/token" })).toEqual([{ name: "A", valueFrom: sm("shop/token") }]);
});

test("reads one key of a secret's JSON", () => {
  expect(sourceOf({ secretName: "shop/db", jsonKey: "password" })).toEqual([
    { name: "A", valueFrom: `${sm("shop/db")}:password::` },
  ]);
});

test.each(["/shop/key", "shop/key"])("reads the parameter %s", (parameterName) => {
  expect(sourceOf({ parameterName })).toEqual([{ name: "A", valueFrom: ssm("shop/key") }]);
});

test("lets ECS read this secret, whose end AWS makes, and with the key by Secrets Manager alone", () => {
  expect(mayRead({ A: { secretName: "shop/token" } })).toEqual([
    { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: `${sm("shop/token")}-??????` },
    keyStatement("secretsmanager", "kms:Decrypt"),
  ]);
});

test("lets ECS read this parameter, and with the key by Systems Manager alone", () => {
  expect(mayRead({ A: { parameterName: "/shop/key" } })).toEqual([
    { Effect: "Allow", Action: "ssm:GetParameters", Resource: ssm("shop/key") },
    keyStatement("ssm", "kms:Decrypt"),
  ]);
});

test("names a secret once of which it reads two keys", () => {
  const statements = mayRead({
    USER: { secretName: "shop/db", jsonKey: "user" },
    PASSWORD: { secretName: "shop/db", jsonKey: "password" },
  });
  expect(statements.map(({ Action }) => Action)).toEqual(["secretsmanager:GetSecretValue", "kms:Decrypt"]);
});

test("lets ECS read no secret where there is none", () => {
  expect(mayRead({})).toEqual([]);
});
