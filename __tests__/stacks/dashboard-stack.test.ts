import { readFileSync } from "node:fs";
import { join } from "node:path";
import { namesFor } from "../../config/naming";
import { permissionsIn, statementsFor } from "../support/permissions";
import { configOf, folderOf, platform, type Variant } from "../support/platform";
import { firstOf, resources } from "../support/policies";
import type { StackJson } from "../support/synth";

const stackOf = (name: Parameters<typeof platform>[0] | Variant = "prod"): StackJson =>
  platform(name).dashboard ?? { terraform: {} };
const config = configOf("prod");
const names = namesFor(config);
const { arn, may, key, objects, user } = statementsFor(config);

const measured = (queue: string) =>
  may(["sqs:GetQueueUrl", "sqs:GetQueueAttributes"], [arn("sqs", queue), arn("sqs", `${queue}-dead`)]);

/** The sentence of a review: it reads, and changes nothing. */
const PAGE = {
  [names.dashboard]: [
    may("s3:GetObject", objects(names.curatedBucket, "events/")),
    key("s3", "kms:Decrypt"),
    may("s3:GetObject", objects(names.curatedBucket, "manifests/")),
    may("s3:GetObject", objects(names.curatedBucket, "heads/")),
    may("s3:GetObject", objects(names.rejectedBucket, "rejected/")),
    may("s3:ListBucket", `arn:aws:s3:::${names.curatedBucket}`),
    may("s3:ListBucket", `arn:aws:s3:::${names.rejectedBucket}`),
    may("dynamodb:Query", arn("dynamodb", "table/atlas-prod-figures")),
    key("dynamodb", "kms:Decrypt"),
    may("dynamodb:BatchGetItem", arn("dynamodb", "table/atlas-prod-contributions")),
    ...[names.structure, names.loadFigures, names.loadRows, names.loadLake].map(measured),
    user("atlas_prod_reader"),
  ],
  [`${names.dashboard}-execution`]: [
    may(["logs:CreateLogStream", "logs:PutLogEvents"], arn("logs", "log-group:/ecs/atlas-prod-dashboard:*")),
    may("ecr:GetAuthorizationToken", "*"),
    may(
      ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      arn("ecr", "repository/atlas-prod-dashboard"),
    ),
  ],
};

test.each(Object.entries(PAGE))("lets %s do what it does, and nothing else", (role, page) => {
  expect(permissionsIn(stackOf())[role]).toEqual(page);
});

test("has no other role", () => {
  expect(Object.keys(permissionsIn(stackOf())).sort()).toEqual(Object.keys(PAGE).sort());
});

const container = (json: StackJson) => {
  const [found] = JSON.parse(String(firstOf(json, "aws_ecs_task_definition").container_definitions));
  return found as { image: string; environment: { name: string; value: string }[]; stopTimeout: number };
};
const variable = (name: string) =>
  container(stackOf()).environment.find((entry) => entry.name === name)?.value;

test("keeps connections longer than the balancer, and ends before the container is killed", () => {
  const { idle_timeout } = firstOf(platform("prod").services ?? { terraform: {} }, "aws_lb");
  expect(Number(variable("KEEP_ALIVE_SECONDS"))).toBeGreaterThan(Number(idle_timeout));
  expect(Number(variable("GRACE_SECONDS"))).toBeLessThan(container(stackOf()).stopTimeout);
});

test("goes on letting requests in for a while after SIGTERM on Spot, and nowhere else", () => {
  const drain = (name: "dev" | "prod") =>
    container(stackOf(name)).environment.find((entry) => entry.name === "DRAIN_SECONDS")?.value;
  expect([drain("dev"), drain("prod")]).toEqual(["10", "0"]);
});

test("hands the dashboard every variable that it must be given, and no other", () => {
  // Those without a default in dashboard/app/settings.py, and what has one on this machine only.
  const settings = readFileSync("dashboard/app/settings.py", "utf8");
  const given = container(stackOf()).environment.map(({ name }) => name);
  expect(given.filter((name) => name !== "AWS_REGION" && !settings.includes(`"${name}"`))).toEqual([]);
  expect(given).toEqual(expect.arrayContaining(["CURATED_BUCKET", "STAGE_QUEUES", "DATABASE_USER"]));
});

test("runs nothing while there is no image, and says what to do", () => {
  const json = stackOf("dev");
  expect(firstOf(json, "aws_ecs_service")).toMatchObject({ desired_count: 0 });
  expect(resources(json, "aws_appautoscaling_target")).toEqual([]);
  const manifest = readFileSync(join(folderOf("dev"), "manifest.json"), "utf8");
  expect(manifest).toContain("no image yet, so no task runs: npx groundplan image push dev");
});

test("runs and scales the image that the configuration names, by its digest", () => {
  const json = stackOf("dev, with an image");
  expect(container(json).image).toBe(
    `111111111111.dkr.ecr.eu-central-1.amazonaws.com/atlas-dev-dashboard@sha256:${"1".repeat(64)}`,
  );
  expect(firstOf(json, "aws_ecs_service")).toMatchObject({ desired_count: 1 });
  expect(firstOf(json, "aws_appautoscaling_target")).toMatchObject({ min_capacity: 1, max_capacity: 2 });
  expect(readFileSync(join(folderOf("dev, with an image"), "manifest.json"), "utf8")).not.toContain(
    "no image",
  );
});

test("says nothing of an image on the embedded AWS, which pulls none", () => {
  expect(readFileSync(join(folderOf("dev --embedded"), "manifest.json"), "utf8")).not.toContain("no image");
});
