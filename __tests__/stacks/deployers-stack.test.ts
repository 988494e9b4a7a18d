import type { PlatformConfig } from "../../config/load";
import { ciOf } from "../../stacks/ci";
import { statementsOf } from "../support/granted";
import { permissionsIn } from "../support/permissions";
import { type Environment, platform, type Variant } from "../support/platform";
import { listOf, resources } from "../support/policies";
import type { StackJson } from "../support/synth";

const deployers = (environment: Environment | Variant = "dev"): StackJson =>
  platform(environment).deployers ?? { terraform: {} };

const boundaryOf = (environment: Environment | Variant) =>
  resources(deployers(environment), "aws_iam_policy")
    .filter(([, { path }]) => path === "/boundary/")
    .flatMap(([, { policy }]) => statementsOf(policy));

test("makes one boundary, and two roles for jobs of the environment's CI", () => {
  expect(boundaryOf("dev").length).toBeGreaterThan(0);
  expect(Object.keys(permissionsIn(deployers())).sort()).toEqual(["atlas-dev-apply", "atlas-dev-plan"]);
});

test("the boundary admits what EMR does with instances only where there is Spark", () => {
  const actions = (environment: Environment | Variant) =>
    boundaryOf(environment).flatMap(({ Action }) => listOf(Action));
  expect(actions("dev")).toContain("ec2:RunInstances");
  expect(actions("dev, no Spark")).not.toContain("ec2:RunInstances");
});

test("who applies invokes the function that migrates, and writes code of Spark jobs", () => {
  const of = (action: string) =>
    permissionsIn(deployers())
      ["atlas-dev-apply"]?.filter(({ Action }) => listOf(Action).includes(action))
      .map(({ Resource }) => Resource);
  expect(of("lambda:InvokeFunction")).toEqual([
    "arn:aws:lambda:eu-central-1:111111111111:function:atlas-dev-migrate",
  ]);
  const spark = "arn:aws:s3:::atlas-dev-spark-111111111111-eu-central-1/atlas-dev-spark";
  expect(of("s3:PutObjectTagging")).toEqual([[`${spark}/jobs/*`, `${spark}/bootstrap/*`]]);
});

test("who applies empties buckets only where data is not kept", () => {
  const empties = (environment: "dev" | "local") =>
    permissionsIn(deployers(environment))[`atlas-${environment}-apply`]?.some(
      ({ Action, Resource }) =>
        listOf(Action).includes("s3:DeleteObjectVersion") &&
        listOf(Resource).includes(`arn:aws:s3:::atlas-${environment}-*/*`),
    );
  expect([empties("dev"), empties("local")]).toEqual([false, true]);
});

const ci = (settings: Partial<NonNullable<PlatformConfig["ci"]>>) =>
  ciOf({ environment: "dev", ci: { createProvider: true, ...settings } });

test("names the environment of a repository as ours, unless told otherwise", () => {
  const github = { repository: "acme/atlas", planBranches: ["main"] };
  expect(ci({ github })?.apply.subjects).toEqual(["repo:acme/atlas:environment:dev"]);
  expect(ci({ github })?.plan.subjects).toEqual([
    "repo:acme/atlas:pull_request",
    "repo:acme/atlas:ref:refs/heads/main",
  ]);
  expect(ci({ github: { ...github, environment: "live" } })?.apply.subjects).toEqual([
    "repo:acme/atlas:environment:live",
  ]);
});

test("trusts protected branches of GitLab, or nobody", () => {
  const gitlab = { project: "acme/atlas", branches: ["main"], host: "gitlab.example.com" };
  expect(ci({ gitlab })?.apply).toMatchObject({
    issuer: "gitlab.example.com",
    subjects: ["project_path:acme/atlas:ref_type:branch:ref:main"],
  });
  expect(ciOf({ environment: "dev" })).toBeUndefined();
});
