import { AwsProvider, type AwsProviderConfig } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { accountOf, arnOf, ModuleError } from "../../../modules";

const stackWith = (provider?: AwsProviderConfig) => {
  const stack = new TerraformStack(Testing.app(), "Test");
  if (provider) new AwsProvider(stack, "Aws", provider);
  return stack;
};

const good = { region: "eu-west-1", allowedAccountIds: ["123456789012"] };
const MESSAGE =
  "Test: the stack needs an AwsProvider with region and exactly one of allowedAccountIds, both literal, made before this module";

test("reads partition, account and region off the stack's provider", () => {
  expect(accountOf(stackWith(good))).toEqual({
    partition: "aws",
    accountId: "123456789012",
    region: "eu-west-1",
  });
});

test.each<[string, AwsProviderConfig | undefined]>([
  ["no provider", undefined],
  ["a provider without a region", { allowedAccountIds: ["123456789012"] }],
  ["a provider that allows any account", { region: "eu-west-1" }],
  ["a provider that allows no account", { region: "eu-west-1", allowedAccountIds: [] }],
  ["a provider that allows two accounts", { ...good, allowedAccountIds: ["123456789012", "123456789013"] }],
])("rejects %s", (_, provider) => {
  expect(() => accountOf(stackWith(provider))).toThrow(new Error(MESSAGE));
});

test("rejects a region or an account that is known only when Terraform runs", () => {
  const variable = (stack: TerraformStack) => new TerraformVariable(stack, "Variable", { type: "string" });
  const region = stackWith();
  new AwsProvider(region, "Aws", { ...good, region: variable(region).stringValue });
  expect(() => accountOf(region)).toThrow(new Error(MESSAGE));
  const account = stackWith();
  new AwsProvider(account, "Aws", { ...good, allowedAccountIds: [variable(account).stringValue] });
  expect(() => accountOf(account)).toThrow(new Error(MESSAGE));
});

test("takes the stack's own provider, not one with an alias made later", () => {
  const stack = stackWith(good);
  new AwsProvider(stack, "Other", { ...good, region: "us-east-1", alias: "other" });
  expect(accountOf(stack).region).toBe("eu-west-1");
});

test.each([
  ["sqs", "orders", "arn:aws:sqs:eu-west-1:123456789012:orders"],
  ["iam", "role/orders", "arn:aws:iam::123456789012:role/orders"],
])("makes a literal ARN of %s", (service, resource, arn) => {
  expect(arnOf(stackWith(good), service, resource)).toBe(arn);
});

test("names every mistake with the path of its module, one a line", () => {
  const error = new ModuleError(stackWith(), ["a must be 1, got 0", "b must be 2, got 0"]);
  expect(error.message).toBe("Test: a must be 1, got 0\nTest: b must be 2, got 0");
  expect(error.name).toBe("ModuleError");
});
