import { configOf, type Environment, platform } from "../support/platform";
import { addResources, firstOf, holdsEverywhere, inner, resources, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

/** What an attribute, a variable or a part of either is called that holds a secret. */
const SECRET =
  /(^|_)(pass(word|phrase|wd)|secret(_string|_binary|_key)?|private_key|auth_token|token|credentials?)(_wo)?$/i;

/** Says that RDS makes a password and keeps it where nobody but the granted can read it. */
const MANAGED = "manage_master_user_password";

/** Resources and data sources whose very purpose is to have a secret in a state. */
const MAKERS = [
  ...["aws_iam_access_key", "aws_iam_user_login_profile", "aws_secretsmanager_random_password"],
  ...["aws_secretsmanager_secret_version", "random_password", "tls_private_key"],
];

/** A URL with a password before its host. */
const URL_WITH_PASSWORD = /\b[a-z][a-z+]*:\/\/[^\s/@:"]*:[^\s/@"]+@/;

/** No password and no key is in a configuration, so none is in a plan or a state either: RDS makes its own and keeps it. */
function violations(json: StackJson, environment: Environment): string[] {
  const known = { ...json.resource, ...json.data };
  return [
    ...Object.keys(known)
      .filter((type) => MAKERS.includes(type))
      .map((type) => `${type} puts a secret into the state`),
    ...["aws_db_instance", "aws_rds_cluster"].flatMap((type) =>
      resources(json, type)
        .filter(([, block]) => block[MANAGED] !== true)
        .map(([address]) => `${address} has a password that RDS does not keep`),
    ),
    ...Object.entries(known).flatMap(([type, blocks]) =>
      Object.entries(blocks).flatMap(([id, block]) => secretsIn(block, `${type}.${id}`)),
    ),
    ...secretsIn(outputsOf(json), "output"),
    ...credentials(json, environment),
  ];
}

/** What outputs show, by the attribute that they refer to: `${aws_rds_cluster.Rows.master_password}` is called so. */
function outputsOf(json: StackJson): Record<string, unknown> {
  const { output = {} } = json as { readonly output?: Readonly<Record<string, { readonly value: unknown }>> };
  return Object.fromEntries(
    Object.entries(output).flatMap(([name, { value }]) => [
      [name, value],
      ...[...JSON.stringify(value).matchAll(/\.(\w+)(?=[}\s,)\]"])/g)].map(([, part = ""]) => [part, true]),
    ]),
  );
}

/** Every attribute at whatever depth that is called like a secret, and every text that holds one. */
function secretsIn(value: unknown, path: string): string[] {
  if (typeof value === "string") return URL_WITH_PASSWORD.test(value) ? [`${path} holds a password`] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inside]) => [
    ...(SECRET.test(name) && name !== MANAGED && inside !== null ? [`${path}.${name} is a secret`] : []),
    ...secretsIn(inside, `${path}.${name}`),
  ]);
}

/** A token that nobody has signed, which no AWS takes. */
const UNSIGNED = /^[\w-]+\.[\w-]+\.$/;

/** The embedded AWS takes any key, and a token without a signature; elsewhere who deploys brings his own. */
function credentials(json: StackJson, environment: Environment): string[] {
  const isEmbedded = configOf(environment).endpoints !== undefined;
  const isPretended = (block: Block | undefined) => {
    const session = inner(block, "assume_role_with_web_identity");
    if (session === undefined) return block?.secret_key === "test";
    return block?.secret_key === undefined && UNSIGNED.test(String(session.web_identity_token));
  };
  const isNone = (block: Block | undefined) =>
    block?.secret_key === undefined && block?.assume_role_with_web_identity === undefined;
  const places: readonly [string, Block | undefined][] = [
    ["the provider", json.provider?.aws?.[0]],
    ["the backend", inner(json.terraform, "backend", "s3")],
  ];
  return places
    .filter(([, block]) => !(isEmbedded ? isPretended(block) : isNone(block)) || block?.token !== undefined)
    .map(([place]) => `${place} has credentials`);
}

holdsEverywhere(violations);

const database = (spoil: (json: Parameters<Parameters<typeof spoilt>[1]>[0]) => void) =>
  violations(spoilt("database", spoil), "dev");

test.each([
  ["master_password", "hunter2"],
  ["master_password", `\${var.password}`],
  ["master_password_wo", "hunter2"],
])("catches a database with a %s of %s", (attribute, value) => {
  expect(
    database((json) => {
      const cluster = firstOf(json, "aws_rds_cluster");
      delete cluster[MANAGED];
      cluster[attribute] = value;
    }),
  ).toEqual([
    expect.stringMatching(/^aws_rds_cluster\.\w+ has a password that RDS does not keep$/),
    expect.stringMatching(`^aws_rds_cluster\\.\\w+\\.${attribute} is a secret$`),
  ]);
});

test.each([
  ["DATABASE_PASSWORD", "hunter2", "environment.variables.DATABASE_PASSWORD is a secret"],
  ["API_TOKEN", `\${var.token}`, "environment.variables.API_TOKEN is a secret"],
  [
    "DATABASE_URL",
    "postgresql://writer:hunter2@db:5432/events",
    "environment.variables.DATABASE_URL holds a password",
  ],
])("catches a function that is handed %s", (name, value, message) => {
  const found = database((json) => {
    const variables = inner(firstOf(json, "aws_lambda_function"), "environment", "variables");
    Object.assign(variables ?? {}, { [name]: value });
  });
  expect(found).toEqual([expect.stringMatching(`^aws_lambda_function\\.\\w+\\.${message}$`)]);
});

test("catches a secret that Terraform writes or reads", () => {
  const written = database((json) =>
    addResources(json, { aws_secretsmanager_secret_version: { Master: { secret_string: "hunter2" } } }),
  );
  expect(written).toEqual([
    "aws_secretsmanager_secret_version puts a secret into the state",
    "aws_secretsmanager_secret_version.Master.secret_string is a secret",
  ]);
  const read = database((json) => {
    Object.assign(json.data ?? {}, { aws_secretsmanager_secret_version: { Master: { secret_id: "rds!x" } } });
  });
  expect(read).toEqual(["aws_secretsmanager_secret_version puts a secret into the state"]);
});

test.each([
  ["password", "hunter2", "output.password is a secret"],
  ["host", `\${aws_rds_cluster.Rows.master_password}`, "output.master_password is a secret"],
  ["url", "postgresql://writer:hunter2@db:5432/events", "output.url holds a password"],
])("catches an output that shows a secret: %s", (name, value, message) => {
  expect(database((json) => Object.assign(json, { output: { [name]: { value } } }))).toEqual([message]);
});

test("catches a token that AWS would take", () => {
  const session = { assume_role_with_web_identity: { web_identity_token: "a.b.c" } };
  const json = structuredClone(platform("dev --embedded").data) as Parameters<
    Parameters<typeof spoilt>[1]
  >[0];
  Object.assign(json.provider?.aws?.[0] ?? {}, session);
  expect(violations(json as StackJson, "dev --embedded")).toEqual(["the provider has credentials"]);
  expect(database(({ provider }) => Object.assign(provider?.aws?.[0] ?? {}, session))).toEqual([
    "the provider has credentials",
  ]);
});

test("catches credentials in the provider or the backend", () => {
  expect(
    database((json) => {
      Object.assign(json.provider?.aws?.[0] ?? {}, { secret_key: "test" });
      Object.assign(inner(json.terraform, "backend", "s3") ?? {}, { token: "test" });
    }),
  ).toEqual(["the provider has credentials", "the backend has credentials"]);
});
