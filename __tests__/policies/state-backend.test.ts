import { namesFor } from "../../config/naming";
import { configOf, ENVIRONMENTS, type Environment, platform } from "../support/platform";
import { holdsEverywhere, inner, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

const backendOf = (json: StackJson): Block => inner(json.terraform, "backend", "s3") ?? {};

/** A state is in its environment's bucket under its stack's key: encrypted with the environment's key, and locked. */
function violations(json: StackJson, environment: Environment, stack: string): string[] {
  const config = configOf(environment);
  const names = namesFor(config);
  const { accountId, region } = config;
  const wanted: Block = {
    bucket: names.stateBucket,
    key: names.stateKey(stack),
    region,
    encrypt: true,
    kms_key_id: `arn:aws:kms:${region}:${accountId}:${names.keyAlias}`,
    use_lockfile: true,
  };
  const backend = backendOf(json);
  return [
    ...Object.keys(inner(json.terraform, "backend") ?? {})
      .filter((kind) => kind !== "s3")
      .map((kind) => `the state is in ${kind}`),
    ...Object.entries(wanted)
      .filter(([name, value]) => backend[name] !== value)
      .map(([name, value]) => `${name} must be ${value}, is ${backend[name]}`),
  ];
}

holdsEverywhere(violations);

test("no two stacks share a state, in whatever environment", () => {
  const states = ENVIRONMENTS.filter((name) => !name.includes(" ")).flatMap((environment) =>
    Object.values(platform(environment)).map((json) => `${backendOf(json).bucket}/${backendOf(json).key}`),
  );
  expect(new Set(states).size).toBe(states.length);
});

test.each([
  ["encrypt", false, "encrypt must be true, is false"],
  ["use_lockfile", undefined, "use_lockfile must be true, is undefined"],
  [
    "kms_key_id",
    undefined,
    "kms_key_id must be arn:aws:kms:eu-central-1:111111111111:alias/atlas-dev, is undefined",
  ],
  ["key", "atlas/dev/state.tfstate", "key must be atlas/dev/data.tfstate, is atlas/dev/state.tfstate"],
])("catches a backend whose %s is %s", (name, value, message) => {
  const json = spoilt("data", (stack) => {
    Object.assign(stack.terraform, { backend: { s3: { ...backendOf(stack), [name]: value } } });
  });
  expect(violations(json, "dev", "data")).toEqual([message]);
});

test("catches the bucket of another environment, and a state on the machine", () => {
  const [dev, prod] = [platform("dev").data, platform("prod").data];
  if (dev === undefined || prod === undefined) throw new Error("there is no stack data");
  const mixed = { ...dev, terraform: { ...dev.terraform, backend: prod.terraform.backend } };
  expect(violations(mixed, "dev", "data")).toContain(
    "bucket must be atlas-dev-state-111111111111-eu-central-1, is atlas-prod-state-222222222222-eu-central-1",
  );
  const local = { ...dev, terraform: { ...dev.terraform, backend: { local: { path: "x" } } } };
  expect(violations(local, "dev", "data")).toContain("the state is in local");
});
