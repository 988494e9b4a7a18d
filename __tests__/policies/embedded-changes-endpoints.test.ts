import { type PlatformJson, platform } from "../support/platform";
import { differences } from "../support/policies";

/** What `--embedded` may set on a provider and on a backend. */
const SETTINGS = [
  ...["access_key", "secret_key", "assume_role_with_web_identity", "endpoints", "max_retries"],
  ...["skip_credentials_validation", "skip_metadata_api_check", "skip_region_validation"],
  ...["skip_requesting_account_id", "s3_use_path_style", "use_path_style"],
];

/** The backend's own guard, which asks an STS that the embedded AWS does not answer as AWS would. */
const LEFT_OUT = ["allowed_account_ids"];

/** Every place where an environment differs from the same on the embedded AWS, but for endpoints and credentials. */
function violations(stacks: PlatformJson, embedded: PlatformJson): string[] {
  return differences(stacks, embedded, "").filter((path) => {
    const [, name = ""] = /^\.\w+\.(?:provider\.aws\.\d+|terraform\.backend\.s3)\.(\w+)/.exec(path) ?? [];
    if (LEFT_OUT.includes(name)) return !path.includes(".terraform.backend.");
    return !SETTINGS.includes(name);
  });
}

test.each(["dev", "prod"] as const)(
  "%s on the embedded AWS has other endpoints and credentials, and nothing else",
  (name) => {
    const [plain, embedded] = [platform(name), platform(`${name} --embedded`)];
    expect(violations(plain, embedded)).toEqual([]);
    expect(differences(plain, embedded, "")).not.toEqual([]);
  },
);

test("catches another size, account or bucket", () => {
  const spoil = (from: string, to: string) =>
    JSON.parse(JSON.stringify(platform("dev --embedded")).replaceAll(from, to)) as PlatformJson;
  expect(violations(platform("dev"), spoil('"memory_size":1024', '"memory_size":128'))).toEqual([
    expect.stringMatching(/^\.pipeline\.resource\.aws_lambda_function\.\w+\.memory_size$/),
  ]);
  expect(
    violations(
      platform("dev"),
      spoil('"allowed_account_ids":["111111111111"]', '"allowed_account_ids":["0"]'),
    ),
  ).toEqual(
    ["dashboard", "data", "database", "deployers", "network", "pipeline", "services", "spark", "state"].map(
      (stack) => `.${stack}.provider.aws.0.allowed_account_ids.0`,
    ),
  );
  expect(violations(platform("dev"), spoil("atlas-dev-state", "atlas-state"))).toContain(
    ".data.terraform.backend.s3.bucket",
  );
});
