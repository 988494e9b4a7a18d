import { statementsOf } from "../support/granted";
import { platform } from "../support/platform";
import { inner, resources } from "../support/policies";
import type { StackJson } from "../support/synth";

const stackOf = (environment: "dev" | "dev --embedded" | "local", stack = "data"): StackJson =>
  platform(environment)[stack] ?? { terraform: {} };
const backendOf = (json: StackJson) => inner(json.terraform, "backend", "s3");
const providerOf = (json: StackJson) => json.provider?.aws;

test("has one provider, for one account and region, that tags everything", () => {
  expect(providerOf(stackOf("dev"))).toEqual([
    {
      region: "eu-central-1",
      allowed_account_ids: ["111111111111"],
      default_tags: [
        {
          tags: {
            owner: "data-platform",
            project: "atlas",
            environment: "dev",
            stack: "data",
            "managed-by": "groundplan",
          },
        },
      ],
    },
  ]);
});

test("speaks to an embedded AWS, each service at the half that serves it, under the environment's own account", () => {
  const [url, control] = ["http://127.0.0.1:4566", "http://127.0.0.1:4567"];
  const services = [
    ...["athena", "dynamodb", "glue", "iam", "kms", "lambda", "logs", "rds", "s3", "secretsmanager"],
    ...["sns", "sqs", "ssm", "sts"],
  ];
  const endpoints = Object.fromEntries(services.map((service) => [service, url]));
  expect(providerOf(stackOf("dev --embedded"))).toMatchObject([
    {
      allowed_account_ids: ["111111111111"],
      endpoints: [{ ...endpoints, cloudwatch: control, ec2: control }],
      s3_use_path_style: true,
      skip_credentials_validation: true,
      skip_metadata_api_check: "true",
      skip_region_validation: true,
      max_retries: 2,
    },
  ]);
});

test("speaks to the embedded AWS unasked where the environment says so", () => {
  expect(providerOf(stackOf("local", "state"))).toMatchObject([{ access_key: "000000000000" }]);
});

test.each(["state", "deployers"])("a person applies %s on an embedded AWS", (stack) => {
  const provider = providerOf(stackOf("dev --embedded", stack))?.[0];
  expect(provider).toMatchObject({ access_key: "111111111111", secret_key: "test" });
  expect(provider).not.toHaveProperty("assume_role_with_web_identity");
  expect(backendOf(stackOf("dev --embedded", stack))).toMatchObject({ access_key: "111111111111" });
});

test("the role that applies applies all others there, with the token of a job that the role trusts", () => {
  const { state: _, deployers, ...others } = platform("dev --embedded");
  const [apply] = resources(deployers ?? { terraform: {} }, "aws_iam_role").filter(
    ([, { name }]) => name === "atlas-dev-apply",
  );
  const { StringEquals } = statementsOf(apply?.[1].assume_role_policy)[0]?.Condition ?? {};
  expect(Object.keys(others)).toHaveLength(7);
  for (const json of Object.values(others)) {
    const identity = inner(providerOf(json)?.[0], "assume_role_with_web_identity");
    expect(identity).toMatchObject({ role_arn: "arn:aws:iam::111111111111:role/deploy/atlas-dev-apply" });
    expect(backendOf(json)?.assume_role_with_web_identity).toEqual(identity);
    const [, claims = ""] = String(identity?.web_identity_token).split(".");
    const { iss, aud, sub } = JSON.parse(Buffer.from(claims, "base64url").toString());
    expect(iss).toBe("https://token.actions.githubusercontent.com");
    expect(StringEquals).toEqual({
      "token.actions.githubusercontent.com:aud": aud,
      "token.actions.githubusercontent.com:sub": sub,
    });
    expect(providerOf(json)?.[0]).not.toHaveProperty("access_key");
  }
});

test("nobody takes a role by a token on AWS, but CI itself", () => {
  expect(JSON.stringify(platform("dev"))).not.toMatch(/web_identity_token|secret_key/);
});

/** First word of a type → the service that it is of, where that has another name. */
const SERVICE_OF: Readonly<Record<string, string>> = {
  db: "rds",
  ...Object.fromEntries(
    ["default", "eip", "flow", "internet", "nat", "network", "route", "security", "subnet", "vpc"].map(
      (word) => [word, "ec2"],
    ),
  ),
};

test.each(["state", "network", "data", "pipeline", "database"])(
  "%s has an endpoint for every service that it uses",
  (stack) => {
    const json = stackOf("local", stack);
    const endpoints = inner(providerOf(json)?.[0], "endpoints");
    const types = [...Object.keys(json.resource ?? {}), ...Object.keys(json.data ?? {})];
    const used = types.map((type) => {
      const word = type.split("_")[1] ?? "";
      return type === "aws_cloudwatch_log_group" ? "logs" : (SERVICE_OF[word] ?? word);
    });
    expect(used).not.toEqual([]);
    expect(used.filter((name) => endpoints?.[name] === undefined)).toEqual([]);
  },
);
