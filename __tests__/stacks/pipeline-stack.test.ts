import { namesFor } from "../../config/naming";
import { permissionsIn, statementsFor } from "../support/permissions";
import { configOf, ENVIRONMENTS, platform } from "../support/platform";
import { inner, resources } from "../support/policies";
import type { Block } from "../support/synth";

const json = () => platform("dev").pipeline ?? { terraform: {} };
const config = configOf("dev");
const names = namesFor(config);
const { arn, may, key, objects, ofFunction, ofQueue } = statementsFor(config);

const curated = (prefix: string) => objects(names.curatedBucket, prefix);

/** The sentence of a review: every permission of every function, on one page. */
const PAGE = {
  [names.structure]: [
    ...ofFunction(names.structure),
    ...ofQueue(names.structure),
    may("s3:GetObject", objects(names.rawBucket, "events/")),
    key("s3", "kms:Decrypt", "kms:GenerateDataKey"),
    may("s3:ListBucket", `arn:aws:s3:::${names.rawBucket}`),
    may(["s3:GetObject", "s3:PutObject"], curated("manifests/")),
    may(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], curated("attempts/")),
    may(["s3:PutObject", "s3:DeleteObject"], curated("versions/")),
    may(["s3:PutObject", "s3:DeleteObject"], objects(names.rejectedBucket, "rejected/")),
  ],
  [names.loadFigures]: [
    ...ofFunction(names.loadFigures),
    ...ofQueue(names.loadFigures),
    may("s3:GetObject", curated("manifests/")),
    key("s3", "kms:Decrypt"),
    may("s3:GetObject", curated("versions/")),
    may("dynamodb:UpdateItem", arn("dynamodb", "table/atlas-dev-figures")),
    key("dynamodb", "kms:Decrypt"),
    may(
      [
        ...["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"],
        ...["dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"],
      ],
      arn("dynamodb", "table/atlas-dev-contributions"),
    ),
  ],
  [names.loadLake]: [
    ...ofFunction(names.loadLake),
    ...ofQueue(names.loadLake),
    may("s3:GetObject", curated("manifests/")),
    key("s3", "kms:Decrypt", "kms:GenerateDataKey"),
    may("s3:GetObject", curated("versions/")),
    may(["s3:GetObject", "s3:PutObject"], curated("events/")),
    may(["s3:GetObject", "s3:PutObject"], curated("heads/")),
  ],
};

const FOLLOWERS = {
  [names.serveRecommendations]: [
    ...ofFunction(names.serveRecommendations),
    ...ofQueue(names.serveRecommendations),
    may("s3:GetObject", curated("recommendations/")),
    key("s3", "kms:Decrypt"),
    may(
      ["dynamodb:GetItem", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:DeleteItem"],
      arn("dynamodb", "table/atlas-dev-recommendations"),
    ),
    key("dynamodb", "kms:Decrypt"),
  ],
  [names.followErasure]: [
    ...ofFunction(names.followErasure),
    ...ofQueue(names.followErasure),
    may("s3:GetObject", curated("erasures/")),
    key("s3", "kms:Decrypt", "kms:GenerateDataKey"),
    may(["s3:GetObject", "s3:PutObject"], curated("manifests/")),
    may("s3:GetObject", curated("versions/")),
  ],
};

test.each(Object.entries({ ...PAGE, ...FOLLOWERS }))(
  "lets %s do what its code does, and nothing else",
  (role, page) => {
    expect(permissionsIn(json())[role]).toEqual(page);
  },
);

test("has no role but those of its functions, in every environment", () => {
  for (const environment of ENVIRONMENTS) {
    const { structure, loadFigures, loadLake, ...others } = namesFor(configOf(environment));
    const roles = Object.keys(permissionsIn(platform(environment).pipeline ?? { terraform: {} }));
    expect(roles.sort()).toEqual([
      ...[others.followErasure, loadFigures, loadLake, others.serveRecommendations, structure],
    ]);
  }
});

/** Function → an attribute of it, or of what belongs to it. */
const byFunction = (of: (block: Block) => unknown) =>
  Object.fromEntries(
    resources(json(), "aws_lambda_function").map(([, block]) => [block.function_name, of(block)]),
  );

test("hands each function the variables of its contract", () => {
  const queueOf = (stage: string) =>
    expect.stringMatching(`^\\$\\{aws_sqs_queue\\.${stage}_Queue_\\w+\\.url}$`);
  expect(byFunction((block) => inner(block, "environment", "variables"))).toEqual({
    [names.structure]: {
      CURATED_BUCKET: names.curatedBucket,
      REJECTED_BUCKET: names.rejectedBucket,
      NODE_OPTIONS: "--max-semi-space-size=8",
      QUEUE_URL: queueOf("Structure"),
    },
    [names.loadFigures]: {
      FIGURES_TABLE: names.figuresTable,
      CONTRIBUTIONS_TABLE: names.contributionsTable,
      FIGURES_KEPT_DAYS: "",
      QUEUE_URL: queueOf("LoadFigures"),
    },
    [names.loadLake]: { QUEUE_URL: queueOf("LoadLake") },
    [names.serveRecommendations]: {
      RECOMMENDATIONS_TABLE: names.recommendationsTable,
      QUEUE_URL: queueOf("ServeRecommendations"),
    },
    [names.followErasure]: { QUEUE_URL: queueOf("FollowErasure") },
  });
});

test("starts structure with raw events that are made or removed, and both loads with manifests", () => {
  const [[, notification] = ["", {}], ...others] = resources(json(), "aws_s3_bucket_notification");
  expect(others).toEqual([]);
  expect(notification).toMatchObject({
    bucket: names.rawBucket,
    queue: [
      {
        events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
        filter_prefix: "events/",
        queue_arn: arn("sqs", names.structure),
      },
    ],
  });
  const subscriptions = resources(json(), "aws_sns_topic_subscription").map(([, block]) => block);
  expect(subscriptions.map(({ topic_arn }) => topic_arn).sort()).toEqual([
    arn("sns", names.erasureTopic),
    ...Array(2).fill(arn("sns", names.manifestTopic)),
    arn("sns", names.recommendationTopic),
  ]);
});

test("does not hear of removals where they are switched off", () => {
  const [[, notification] = ["", {}]] = resources(
    platform("prod").pipeline ?? { terraform: {} },
    "aws_s3_bucket_notification",
  );
  expect(inner(notification, "queue")?.events).toEqual(["s3:ObjectCreated:*"]);
});

test("takes each stage's sizes from the environment", () => {
  const { structure, loadFigures, loadLake, recommendations, followErasure } = config.pipeline;
  const followers = { serveRecommendations: recommendations, followErasure };
  const sizes = Object.entries({ structure, loadFigures, loadLake, ...followers } as const);
  expect(byFunction(({ memory_size, timeout }) => [memory_size, timeout])).toEqual(
    Object.fromEntries(
      sizes.map(([stage, { memoryMiB, timeoutSeconds }]) => [
        names[stage as "structure" | "serveRecommendations"],
        [memoryMiB, timeoutSeconds],
      ]),
    ),
  );
  const mappings = resources(json(), "aws_lambda_event_source_mapping").map(
    ([, block]) => inner(block, "scaling_config")?.maximum_concurrency,
  );
  expect(mappings).toEqual([
    followErasure.maximumConcurrency,
    loadFigures.maximumConcurrency,
    loadLake.maximumConcurrency,
    recommendations.maximumConcurrency,
    structure.maximumConcurrency,
  ]);
});
