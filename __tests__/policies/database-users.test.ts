import { namesFor } from "../../config/naming";
import { permissionsIn } from "../support/permissions";
import { configOf, ENVIRONMENTS, type Environment, platform } from "../support/platform";
import { addStatement, holdsEverywhere, inner, listOf, resources, spoilt } from "../support/policies";
import type { StackJson } from "../support/synth";

/**
 * Who may be which user of the database: the writer is a function that brings rows, the reader whoever only reads, the
 * master user the function that migrates. AWS makes the cluster's id, so it is the user's name that says which
 * environment it is of. What belongs to a user is granted by the database itself. Those who deploy make clusters, and
 * are no users.
 */
function violations(json: StackJson, environment: Environment, stack = "database"): string[] {
  const config = configOf(environment);
  const { region, accountId, readers } = config;
  const names = namesFor(config);
  const mine = `arn:aws:rds-db:${region}:${accountId}:dbuser:cluster-*/`;
  const people = Object.keys(readers).map((reader) => names.readerRole(reader, "rows"));
  const admitted: Readonly<Record<string, readonly string[]>> = {
    [`${mine}${names.databaseWriter}`]: [names.loadRows, names.loadRecommendations],
    [`${mine}${names.databaseReader}`]: [names.totals, names.dashboard, ...people],
  };
  const cluster = `arn:aws:rds:${region}:${accountId}:cluster:${names.databaseCluster}`;
  const ofCluster = JSON.stringify({
    StringEquals: { "aws:ResourceTag/aws:rds:primaryDBClusterArn": cluster },
  });
  return [
    ...Object.entries(permissionsIn(json)).flatMap(([role, statements]) =>
      statements.flatMap(({ Action, Resource, Condition }) =>
        listOf(Action).flatMap((action) => {
          if (action === "rds-db:connect") {
            return listOf(Resource)
              .filter((user) => !admitted[user]?.includes(role))
              .map((user) => `${role} may be ${user}`);
          }
          const isManaged = /^rds:|^secretsmanager:(CreateSecret|TagResource)$/.test(action);
          if (stack === "deployers" && isManaged) return [];
          if (/^(rds|rds-data|secretsmanager):/.test(action)) {
            const isMaster = action === "secretsmanager:GetSecretValue" && role === names.migrate;
            return isMaster && JSON.stringify(Condition) === ofCluster
              ? []
              : [`${role} may ${action} on ${listOf(Resource)}`];
          }
          return [];
        }),
      ),
    ),
    ...resources(json, "aws_lambda_function").flatMap(([, block]) => {
      const { DATABASE_USER: user } = inner(block, "environment", "variables") ?? {};
      const isUsers = user === undefined || admitted[`${mine}${user}`]?.includes(String(block.function_name));
      return isUsers ? [] : [`${block.function_name} connects as ${user}`];
    }),
    ...resources(json, "aws_rds_cluster")
      .filter(([, { iam_database_authentication_enabled: byRole }]) => byRole !== true)
      .map(([address]) => `${address} knows nobody by a role`),
  ];
}

holdsEverywhere(violations);

test.each(ENVIRONMENTS)("is about users whose names hold project and environment, in %s", (environment) => {
  const { project, environment: name } = configOf(environment);
  const users = Object.values(permissionsIn(platform(environment).database ?? { terraform: {} }))
    .flat()
    .filter(({ Action }) => listOf(Action).includes("rds-db:connect"))
    .flatMap(({ Resource }) => listOf(Resource).map((user) => user.split("/").at(-1)));
  expect([...new Set(users)].sort()).toEqual([`${project}_${name}_reader`, `${project}_${name}_writer`]);
});

/** Dev's database, where a role may do one thing more. */
const withStatement = (role: string, statement: object) =>
  violations(
    spoilt("database", (stack) => {
      const [policy] = resources(stack, "aws_iam_role_policy").filter(([id]) => id.includes(`.${role}_`));
      if (policy === undefined) throw new Error(`there is no policy of ${role}`);
      addStatement(policy[1], "policy", { Effect: "Allow", ...statement });
    }),
    "dev",
  );

const user = (name: string) => `arn:aws:rds-db:eu-central-1:111111111111:dbuser:${name}`;

test.each([
  ["Totals", "atlas-dev-totals", "cluster-*/atlas_dev_writer"],
  ["Reader-analyst", "atlas-dev-analyst-rows", "cluster-*/atlas_dev_writer"],
  ["LoadRows", "atlas-dev-load-rows", "cluster-*/atlas_dev_reader"],
  ["LoadRows", "atlas-dev-load-rows", "cluster-*/atlas_prod_writer"],
  ["LoadRows", "atlas-dev-load-rows", "*/atlas_dev_writer"],
  ["LoadRows", "atlas-dev-load-rows", "cluster-*/*"],
  ["LoadRows", "atlas-dev-load-rows", "cluster-*/postgres"],
  ["Migrate", "atlas-dev-migrate", "cluster-*/atlas_dev_writer"],
])("catches %s, where %s may be %s", (id, role, name) => {
  expect(withStatement(id, { Action: "rds-db:connect", Resource: user(name) })).toEqual([
    `${role} may be ${user(name)}`,
  ]);
});

const MASTER = {
  Action: "secretsmanager:GetSecretValue",
  Resource: "arn:aws:secretsmanager:eu-central-1:111111111111:secret:rds!cluster-*",
};
const tagged = (cluster: string) => ({
  StringEquals: {
    "aws:ResourceTag/aws:rds:primaryDBClusterArn": `arn:aws:rds:eu-central-1:111111111111:cluster:${cluster}`,
  },
});

test.each<[string, string, object]>([
  ["LoadRows", "the master user's password", { ...MASTER, Condition: tagged("atlas-dev-rows") }],
  ["Migrate", "every cluster's", MASTER],
  ["Migrate", "that of another environment", { ...MASTER, Condition: tagged("atlas-prod-rows") }],
  ["Migrate", "and may write it", { ...MASTER, Action: "secretsmanager:PutSecretValue" }],
  ["Totals", "the data by another way", { ...MASTER, Action: "rds-data:ExecuteStatement" }],
])("catches %s that reads %s", (id, _, statement) => {
  expect(withStatement(id, statement)).toEqual([
    expect.stringMatching(/^atlas-dev-[a-z-]+ may (secretsmanager|rds-data):\w+ on arn:aws:secretsmanager:/),
  ]);
});

test("catches a function that connects as another, and a database that knows no roles", () => {
  const json = spoilt("database", (stack) => {
    for (const [id, block] of resources(stack, "aws_lambda_function")) {
      if (!id.includes(".Totals_")) continue;
      Object.assign(inner(block, "environment", "variables") ?? {}, { DATABASE_USER: "postgres" });
    }
    for (const [, cluster] of resources(stack, "aws_rds_cluster")) {
      cluster.iam_database_authentication_enabled = false;
    }
  });
  expect(violations(json, "dev")).toEqual([
    "atlas-dev-totals connects as postgres",
    expect.stringMatching(/^aws_rds_cluster\.\w+ knows nobody by a role$/),
  ]);
});
