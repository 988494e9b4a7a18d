import { namesFor, SPARK_JOBS } from "../../config/naming";
import { permissionsIn, statementsFor } from "../support/permissions";
import { configOf, platform } from "../support/platform";
import { firstOf, resources } from "../support/policies";
import type { StackJson } from "../support/synth";

const stackOf = (environment: "dev" | "prod" | "local" = "dev"): StackJson =>
  platform(environment).spark ?? { terraform: {} };
const names = namesFor(configOf("dev"));
const { may, key, objects } = statementsFor(configOf("dev"));
const curated = (prefix: string) => objects(names.curatedBucket, prefix);
const bucketArn = `arn:aws:s3:::${names.curatedBucket}`;

const role = (job: (typeof SPARK_JOBS)[number]) => `${names.spark}-${job}`;
const ownFiles = (job: (typeof SPARK_JOBS)[number]) =>
  may("s3:GetObject", objects(names.sparkBucket, `${names.spark}/jobs/${job}/`));
const read = (prefix: string) => may("s3:GetObject", curated(prefix));
const PARTS = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
const replaced = (prefix: string) => may(["s3:GetObject", "s3:PutObject", ...PARTS], curated(prefix));
const changed = (prefix: string) =>
  may(["s3:GetObject", "s3:PutObject", ...PARTS, "s3:DeleteObject"], curated(prefix));
const looks = may(["s3:ListBucketMultipartUploads", "s3:ListBucket"], bucketArn);
const keys = key("s3", "kms:Decrypt", "kms:GenerateDataKey");

/** The sentence of a review: what each job may read and write. */
const PAGE = {
  [role("compact-curated")]: [
    ownFiles("compact-curated"),
    keys,
    ...[read("events/"), changed("compacted/"), looks],
  ],
  [role("aggregate-content")]: [
    ownFiles("aggregate-content"),
    keys,
    ...[read("events/"), read("compacted/"), changed("aggregates/"), looks],
  ],
  [role("train-recommendations")]: [
    ownFiles("train-recommendations"),
    keys,
    ...[read("events/"), read("compacted/"), changed("recommendations/"), looks],
  ],
  [role("erase-visitors")]: [
    ownFiles("erase-visitors"),
    keys,
    ...[replaced("events/"), replaced("versions/"), replaced("compacted/"), changed("erasures/"), looks],
    may("s3:GetObject", objects(names.sparkBucket, "requests/")),
  ],
};

test.each(Object.entries(PAGE))("lets %s do what it does, and nothing else", (name, page) => {
  expect(permissionsIn(stackOf())[name]).toEqual(page);
});

test("has no other role but those of clusters and of what starts them", () => {
  const roles = (environment: "dev" | "prod") => Object.keys(permissionsIn(stackOf(environment))).sort();
  const around = ["instance", "machine", "service"];
  expect(roles("dev")).toEqual([...SPARK_JOBS, ...around].map((part) => `atlas-dev-spark-${part}`).sort());
  expect(roles("prod")).toEqual(
    [...SPARK_JOBS, ...around, "schedule"].map((part) => `atlas-prod-spark-${part}`).sort(),
  );
});

test("hands on how each job is submitted", () => {
  const { value } = (stackOf() as unknown as { output: { jobs: { value: string } } }).output.jobs;
  const jobs = JSON.parse(value) as Record<string, { entryPoint: string; arguments: string[] }>;
  expect(Object.keys(jobs)).toEqual([...SPARK_JOBS]);
  expect(jobs["train-recommendations"]).toMatchObject({
    configuration: { "spark.driver.extraJavaOptions": "-Xss4m", "spark.sql.shuffle.partitions": "16" },
    entryPoint: expect.stringMatching(
      /^s3:\/\/atlas-dev-spark-\S+\/jobs\/train-recommendations\/[0-9a-f]{16}\/train_recommendations\.py$/,
    ),
    arguments: expect.arrayContaining(["--curated", `s3://${names.curatedBucket}`]),
  });
});

test.each(["dev", "prod"] as const)("makes clusters of %s as its configuration says", (environment) => {
  const { definition } = firstOf(stackOf(environment), "aws_sfn_state_machine");
  const { workers = 0, spotWorkers = 0, instanceTypes = [] } = configOf(environment).spark ?? {};
  const text = String(definition);
  expect(text).toContain(`"TargetOnDemandCapacity":${workers}`);
  expect(text).toContain(`"TargetSpotCapacity":${spotWorkers}`);
  for (const type of instanceTypes) expect(text).toContain(`"InstanceType":"${type}"`);
});

test("forgets logs and lists of visitors, and keeps what jobs are made of", () => {
  const [[, { rule }] = ["", {}]] = resources(stackOf(), "aws_s3_bucket_lifecycle_configuration");
  const expired = (rule as { filter: { prefix: string }[]; expiration?: unknown }[])
    .filter(({ expiration }) => expiration !== undefined)
    .map(({ filter: [filter] }) => filter?.prefix);
  expect(expired).toEqual([`${names.spark}/logs/`, "requests/"]);
});
