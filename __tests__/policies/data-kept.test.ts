import { namesFor } from "../../config/naming";
import { configOf, type Environment } from "../support/platform";
import { firstOf, holdsEverywhere, inner, resources, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

const HOLDERS = ["aws_dynamodb_table", "aws_kms_key", "aws_rds_cluster", "aws_s3_bucket"];

/**
 * What holds data, and the key to it, refuses to be destroyed where the environment says that data is kept;
 * elsewhere it can go. Data can be restored in both.
 */
function violations(json: StackJson, environment: Environment): string[] {
  const { keepDataOnDestroy: kept } = configOf(environment);
  // The lock of Spark's jobs is no data.
  const { spark } = namesFor(configOf(environment));
  const isLock = ({ name }: Block) => name === `${spark}-lock`;
  const all = HOLDERS.flatMap((type) => resources(json, type)).filter(([, block]) => !isLock(block));
  return [
    ...all
      .filter(([, block]) => inner(block, "lifecycle")?.prevent_destroy !== kept)
      .map(([address]) => `${address}: prevent_destroy must be ${kept}`),
    ...["aws_s3_bucket", "aws_athena_workgroup"]
      .flatMap((type) => resources(json, type))
      .filter(([, { force_destroy }]) => force_destroy !== !kept)
      .map(([address]) => `${address}: force_destroy must be ${!kept}`),
    ...resources(json, "aws_s3_bucket")
      .filter(([address]) => !isVersioned(json, address))
      .map(([address]) => `${address} forgets older versions at once`),
    ...resources(json, "aws_dynamodb_table")
      .filter(([, block]) => block.deletion_protection_enabled !== kept && !isLock(block))
      .map(([address]) => `${address}: deletion_protection_enabled must be ${kept}`),
    ...resources(json, "aws_dynamodb_table")
      .filter(([, block]) => inner(block, "point_in_time_recovery")?.enabled !== true)
      .map(([address]) => `${address} cannot be restored`),
    ...resources(json, "aws_rds_cluster").flatMap(([address, cluster]) =>
      clusterRules(cluster, kept).map((rule) => `${address}${rule}`),
    ),
  ];
}

/** It can be brought back to any second of some days, and leaves a last snapshot when it goes all the same. */
function clusterRules(cluster: Block, kept: boolean): string[] {
  const { deletion_protection, skip_final_snapshot, final_snapshot_identifier: last } = cluster;
  return [
    ...(deletion_protection === kept ? [] : [`: deletion_protection must be ${kept}`]),
    ...(skip_final_snapshot === !kept ? [] : [`: skip_final_snapshot must be ${!kept}`]),
    ...(kept && typeof last !== "string" ? [": final_snapshot_identifier must name the last snapshot"] : []),
    ...(Number(cluster.backup_retention_period) >= 1 ? [] : [" cannot be restored"]),
  ];
}

function isVersioned(json: StackJson, bucket: string): boolean {
  return resources(json, "aws_s3_bucket_versioning").some(
    ([, block]) =>
      String(block.bucket).startsWith(`\${${bucket}.`) &&
      inner(block, "versioning_configuration")?.status === "Enabled",
  );
}

holdsEverywhere(violations);

test("covers an environment that keeps its data and one that does not", () => {
  expect([configOf("prod").keepDataOnDestroy, configOf("local").keepDataOnDestroy]).toEqual([true, false]);
});

test.each([
  ["data", "aws_s3_bucket", "lifecycle", "prevent_destroy must be true"],
  ["data", "aws_dynamodb_table", "lifecycle", "prevent_destroy must be true"],
  ["state", "aws_kms_key", "lifecycle", "prevent_destroy must be true"],
  ["data", "aws_s3_bucket", "force_destroy", "force_destroy must be false"],
  ["data", "aws_dynamodb_table", "deletion_protection_enabled", "deletion_protection_enabled must be true"],
  ["data", "aws_dynamodb_table", "point_in_time_recovery", "cannot be restored"],
  ["data", "aws_athena_workgroup", "force_destroy", "force_destroy must be false"],
  ["database", "aws_rds_cluster", "lifecycle", "prevent_destroy must be true"],
  ["database", "aws_rds_cluster", "deletion_protection", "deletion_protection must be true"],
  ["database", "aws_rds_cluster", "skip_final_snapshot", "skip_final_snapshot must be false"],
  [
    "database",
    "aws_rds_cluster",
    "final_snapshot_identifier",
    "final_snapshot_identifier must name the last snapshot",
  ],
  ["database", "aws_rds_cluster", "backup_retention_period", "cannot be restored"],
])("catches in %s one of %s without %s", (stack, type, attribute, message) => {
  const json = spoilt(stack, (tf) => delete firstOf(tf, type)[attribute]);
  expect(violations(json, "dev")).toEqual([expect.stringMatching(`^${type}\\.\\w+:? ${message}$`)]);
});

test("catches a bucket whose versioning is suspended", () => {
  const json = spoilt("state", (stack) => {
    firstOf(stack, "aws_s3_bucket_versioning").versioning_configuration = { status: "Suspended" };
  });
  expect(violations(json, "dev")).toEqual([expect.stringMatching(/forgets older versions at once$/)]);
});
