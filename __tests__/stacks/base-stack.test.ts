import { platform } from "../support/platform";
import { inner } from "../support/policies";
import type { StackJson } from "../support/synth";

const stackOf = (environment: "dev" | "dev --embedded" | "local", stack = "data"): StackJson =>
  platform(environment)[stack] ?? { terraform: {} };
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
      access_key: "111111111111",
      secret_key: "test",
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
  expect(providerOf(stackOf("local"))).toMatchObject([{ access_key: "000000000000" }]);
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
