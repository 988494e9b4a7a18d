import { namesFor } from "../../config/naming";
import { permissionsIn, statementsFor } from "../support/permissions";
import { configOf, platform } from "../support/platform";
import { inner, resources } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

const stackOf = (environment: "dev" | "prod" | "local" = "dev"): StackJson =>
  platform(environment).data ?? { terraform: {} };
const config = configOf("dev");
const names = namesFor(config);
const { arn, may, key, objects } = statementsFor(config);

const bucket = (name: string) => `arn:aws:s3:::${name}`;
const listed = (name: string, prefix: string) =>
  may("s3:ListBucket", bucket(name), { Condition: { StringLike: { "s3:prefix": `${prefix}*` } } });

/** The sentence of a review: every permission of every role, on one page. */
const PAGE = {
  "atlas-dev-collector-web": [
    may("s3:PutObject", objects(names.rawBucket, "events/web/")),
    key("s3", "kms:GenerateDataKey", "kms:Decrypt"),
  ],
  "atlas-dev-analyst-figures": [
    may(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"], arn("dynamodb", "table/atlas-dev-figures")),
    key("dynamodb", "kms:Decrypt"),
  ],
  "atlas-dev-analyst-lake": [
    may(
      [
        ...["athena:StartQueryExecution", "athena:StopQueryExecution", "athena:GetQueryExecution"],
        ...["athena:GetQueryResults", "athena:GetWorkGroup"],
      ],
      arn("athena", "workgroup/atlas-dev-lake"),
    ),
    may(
      "glue:GetDatabase",
      ["catalog", "database/default", "database/atlas_dev_lake"].map((resource) => arn("glue", resource)),
    ),
    may(
      ["glue:GetTable", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"],
      ["catalog", "database/atlas_dev_lake", "table/atlas_dev_lake/events"].map((name) => arn("glue", name)),
    ),
    may("s3:GetObject", objects(names.curatedBucket, "events/")),
    key("s3", "kms:Decrypt", "kms:GenerateDataKey"),
    listed(names.curatedBucket, "events/"),
    may("s3:GetBucketLocation", bucket(names.curatedBucket)),
    may(
      ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      objects(names.queryBucket, "results/"),
    ),
    listed(names.queryBucket, "results/"),
    may(["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], bucket(names.queryBucket)),
  ],
  "atlas-dev-analyst-rejected": [
    may("s3:GetObject", objects(names.rejectedBucket, "rejected/")),
    key("s3", "kms:Decrypt"),
    listed(names.rejectedBucket, "rejected/"),
  ],
};

test.each(Object.entries(PAGE))("lets %s do what it does, and nothing else", (role, page) => {
  expect(permissionsIn(stackOf())[role]).toEqual(page);
});

test("has no other role", () => {
  expect(Object.keys(permissionsIn(stackOf())).sort()).toEqual(Object.keys(PAGE).sort());
});

test.each(["dev", "prod", "local"] as const)(
  "has a role for each collector of %s, and one for each store here that a reader reads",
  (environment) => {
    const { collectors, readers } = configOf(environment);
    const { collectorRole, readerRole } = namesFor(configOf(environment));
    const wanted = [
      ...Object.keys(collectors).map(collectorRole),
      ...Object.entries(readers).flatMap(([reader, { stores }]) =>
        stores.filter((store) => store !== "rows").map((store) => readerRole(reader, store)),
      ),
    ];
    expect(Object.keys(permissionsIn(stackOf(environment))).sort()).toEqual(wanted.sort());
  },
);

/** Days after which objects of a bucket go, and old versions of them. */
function daysOf(json: StackJson, id: string): unknown[] {
  const [[, block] = ["", {} as Block]] = resources(json, "aws_s3_bucket_lifecycle_configuration").filter(
    ([address]) => address.includes(`.${id}_`),
  );
  const rules = [block.rule ?? []].flat() as Block[];
  return ["expiration", "noncurrent_version_expiration"].map((name) => {
    const days = rules.map((rule) => inner(rule, name)).find((found) => found !== undefined);
    return days?.days ?? days?.noncurrent_days;
  });
}

test.each(["dev", "prod", "local"] as const)("keeps the objects of %s as long as it says", (environment) => {
  const { retention } = configOf(environment);
  const json = stackOf(environment);
  expect(daysOf(json, "Raw")).toEqual([retention.rawDays, retention.oldVersionDays]);
  expect(daysOf(json, "Curated")).toEqual([undefined, retention.oldVersionDays]);
  expect(daysOf(json, "Rejected")).toEqual([retention.rejectedDays, retention.oldVersionDays]);
  expect(daysOf(json, "Queries")).toEqual([retention.queryResultDays, retention.oldVersionDays]);
});

test("makes the tables with the keys that the functions use", () => {
  const keys = resources(stackOf(), "aws_dynamodb_table").map(([, { name, hash_key, range_key, ttl }]) => [
    name,
    { hash_key, range_key, ttl },
  ]);
  expect(Object.fromEntries(keys)).toEqual({
    [names.figuresTable]: { hash_key: "shopId", range_key: "contentDay", ttl: undefined },
    [names.contributionsTable]: { hash_key: "source", range_key: "figure", ttl: undefined },
    [names.recommendationsTable]: { hash_key: "shopId", range_key: "contentId", ttl: undefined },
  });
});

test("tells a topic of manifests, of recommendations and of erasures when they are written, not when they go", () => {
  const [[, notification] = ["", {}], ...others] = resources(stackOf(), "aws_s3_bucket_notification");
  expect(others).toEqual([]);
  expect(notification).toMatchObject({
    bucket: names.curatedBucket,
    topic: [
      {
        events: ["s3:ObjectCreated:*"],
        filter_prefix: "manifests/",
        topic_arn: arn("sns", names.manifestTopic),
      },
      {
        events: ["s3:ObjectCreated:*"],
        filter_prefix: "recommendations/",
        filter_suffix: "manifest.json",
        topic_arn: arn("sns", names.recommendationTopic),
      },
      {
        events: ["s3:ObjectCreated:*"],
        filter_prefix: "erasures/",
        filter_suffix: "report.json",
        topic_arn: arn("sns", names.erasureTopic),
      },
    ],
  });
});
