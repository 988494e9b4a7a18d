import { configOf, type Environment } from "../support/platform";
import { addStatement, firstOf, holdsEverywhere, inner, policiesOf, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

/** No account but the environment's is deployed to, keeps its state, or is named in a policy. */
function violations(json: StackJson, environment: Environment): string[] {
  const { accountId, embedded } = configOf(environment);
  const isThis = (ids: unknown) => JSON.stringify(ids) === JSON.stringify([accountId]);
  const providers = Object.values(json.provider ?? {}).flat();
  const backend = inner(json.terraform, "backend", "s3");
  return [
    ...(providers.length > 0 ? [] : ["there is no provider"]),
    ...providers
      .filter(({ allowed_account_ids }) => !isThis(allowed_account_ids))
      .map(({ allowed_account_ids: ids }) => `the provider allows ${JSON.stringify(ids ?? "any account")}`),
    // On the embedded AWS the access key is the account, or a role of it is taken.
    ...(isThis(backend?.allowed_account_ids) || (embedded && isOf(backend, accountId))
      ? []
      : ["the backend allows other accounts"]),
    ...policiesOf(json).flatMap(({ address, text }) =>
      [...new Set(text.match(/\b\d{12}\b/g))]
        .filter((id) => id !== accountId)
        .map((id) => `${address} names account ${id}`),
    ),
  ];
}

function isOf(backend: Block | undefined, accountId: string): boolean {
  const role = inner(backend, "assume_role_with_web_identity")?.role_arn;
  return role === undefined
    ? backend?.access_key === accountId
    : String(role).startsWith(`arn:aws:iam::${accountId}:role/`);
}

holdsEverywhere(violations);

test("catches a provider for any account, or another", () => {
  const any = spoilt("data", (stack) => delete stack.provider?.aws?.[0]?.allowed_account_ids);
  expect(violations(any, "dev")).toEqual(['the provider allows "any account"']);
  const both = spoilt("data", (stack) => {
    Object.assign(stack.provider?.aws?.[0] ?? {}, { allowed_account_ids: ["111111111111", "222222222222"] });
  });
  expect(violations(both, "dev")).toEqual(['the provider allows ["111111111111","222222222222"]']);
});

test("catches a stack without a provider", () => {
  const json = spoilt("data", (stack) => delete stack.provider);
  expect(violations(json, "dev")).toEqual(["there is no provider"]);
});

test("catches a backend for any account", () => {
  const json = spoilt("data", (stack) => {
    stack.terraform.backend = { s3: {} };
  });
  expect(violations(json, "dev")).toEqual(["the backend allows other accounts"]);
});

test("catches another account in a policy", () => {
  const json = spoilt("pipeline", (stack) =>
    addStatement(firstOf(stack, "aws_iam_role_policy"), "policy", {
      ...{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-central-1:222222222222:x" },
    }),
  );
  expect(violations(json, "dev")).toEqual([expect.stringMatching(/names account 222222222222$/)]);
});
