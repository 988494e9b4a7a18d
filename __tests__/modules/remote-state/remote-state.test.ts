import { RemoteState, type RemoteStateProps } from "../../../modules";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

const PROPS: RemoteStateProps = {
  bucketName: "atlas-dev-state",
  stateKey: "atlas/dev/data.tfstate",
  region: "eu-central-1",
  accountId: "123456789012",
  keyAliasArn: "arn:aws:kms:eu-central-1:123456789012:alias/atlas-dev",
};

const backend = (props: Partial<RemoteStateProps> = {}) =>
  synth((stack) => new RemoteState(stack, { ...PROPS, ...props })).json.terraform.backend;

test("keeps the state encrypted with the named key, locked by a file, and in one account", () => {
  expect(backend()).toEqual({
    s3: {
      bucket: "atlas-dev-state",
      key: "atlas/dev/data.tfstate",
      region: "eu-central-1",
      encrypt: true,
      kms_key_id: "arn:aws:kms:eu-central-1:123456789012:alias/atlas-dev",
      use_lockfile: true,
      allowed_account_ids: ["123456789012"],
    },
  });
});

test("speaks to an embedded AWS at its endpoint, with what only that needs", () => {
  const identity = { accessKey: "123456789012", secretKey: "test" };
  const endpoint = { url: "http://127.0.0.1:4566", identity };
  expect(backend({ endpoint })).toEqual({
    s3: {
      bucket: "atlas-dev-state",
      key: "atlas/dev/data.tfstate",
      region: "eu-central-1",
      encrypt: true,
      kms_key_id: "arn:aws:kms:eu-central-1:123456789012:alias/atlas-dev",
      use_lockfile: true,
      access_key: "123456789012",
      secret_key: "test",
      endpoints: {
        s3: "http://127.0.0.1:4566",
        sts: "http://127.0.0.1:4566",
        iam: "http://127.0.0.1:4566",
      },
      use_path_style: true,
      skip_credentials_validation: true,
      skip_metadata_api_check: true,
      skip_region_validation: true,
      skip_requesting_account_id: true,
    },
  });
});

test("speaks to an embedded AWS as a role, by a token and without keys", () => {
  const roleArn = "arn:aws:iam::123456789012:role/deploy/atlas-dev-apply";
  const identity = { roleArn, sessionName: "groundplan", webIdentityToken: "a.b." };
  const { s3 } = backend({ endpoint: { url: "http://127.0.0.1:4566", identity } }) as { s3: object };
  expect(s3).toMatchObject({
    assume_role_with_web_identity: {
      role_arn: roleArn,
      session_name: "groundplan",
      web_identity_token: "a.b.",
    },
  });
  expect(s3).not.toHaveProperty("access_key");
});

test.each(["a.tfstate", "atlas/dev/a.tfstate"])("admits the key %s", (stateKey) => {
  expect(backend({ stateKey })).toHaveProperty("s3.key", stateKey);
});

test.each(["", ".tfstate", "/a.tfstate", "a//b.tfstate", "a/.tfstate", "a.tfstate/", "a.json"])(
  "rejects the key %j",
  (stateKey) => {
    expect(messageOf(() => backend({ stateKey }))).toBe(
      `Test: stateKey must be a path that ends with <name>.tfstate, got ${stateKey || "nothing"}`,
    );
  },
);
