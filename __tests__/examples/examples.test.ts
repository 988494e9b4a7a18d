import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackJson } from "../support/synth";

const EXAMPLES = readdirSync("examples").filter((name) => name.endsWith(".ts"));
/** Name → folder; `shared` is no module, and a folder inside one is a part of it unless it has a README. */
const FOLDERS = new Map(
  readdirSync("modules", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "shared")
    .filter(
      (entry) =>
        entry.parentPath === "modules" || existsSync(join(entry.parentPath, entry.name, "README.md")),
    )
    .map(({ name, parentPath }) => [name, join(parentPath, name)]),
);
const MODULES = [...FOLDERS.keys()].sort();

const outdir = mkdtempSync(join(tmpdir(), "groundplan-examples-"));
afterAll(() => rmSync(outdir, { recursive: true }));

/** Runs an example as a program of its own. */
function run(name: string): StackJson[] {
  process.env.CDKTF_OUTDIR = join(outdir, name);
  jest.isolateModules(() => require(`../../examples/${name}`));
  const stacks = join(outdir, name, "stacks");
  return readdirSync(stacks).map((stack) =>
    JSON.parse(readFileSync(join(stacks, stack, "cdk.tf.json"), "utf8")),
  );
}

/** A README without the table that is made from the types. */
const withoutOptions = (readme: string) => readme.replace(/\n## Options\n.*<!-- \/options -->\n/s, "");

const linesOf = (text: string) => text.trimEnd().split("\n").length;

test("there is an example for every module, and none for what is not there", () => {
  expect(EXAMPLES.map((name) => name.replace(".ts", ""))).toEqual(MODULES);
});

test.each([
  ["alarms", ["aws_cloudwatch_metric_alarm", "aws_sns_topic", "aws_sns_topic_subscription"]],
  [
    "ecs-service",
    [
      ...["aws_ecs_service", "aws_ecs_task_definition", "aws_ecr_repository", "aws_lb"],
      ...["aws_lb_target_group", "aws_security_group"],
    ],
  ],
  ["iam", ["aws_iam_role", "aws_iam_role_policy", "aws_sqs_queue"]],
  ["lake", ["aws_athena_workgroup", "aws_glue_catalog_database", "aws_glue_catalog_table", "aws_iam_role"]],
  ["lambda-stage", ["aws_lambda_function", "aws_lambda_event_source_mapping", "aws_s3_bucket_notification"]],
  ["network", ["aws_flow_log", "aws_nat_gateway", "aws_subnet", "aws_vpc", "aws_vpc_endpoint"]],
  ["postgres", ["aws_rds_cluster", "aws_rds_cluster_instance", "aws_vpc_security_group_ingress_rule"]],
  ["remote-state", []],
  [
    "spark-cluster",
    ["aws_sfn_state_machine", "aws_emr_security_configuration", "aws_scheduler_schedule", "aws_s3_object"],
  ],
  ["storage", ["aws_sns_topic", "aws_dynamodb_table", "aws_kms_key", "aws_s3_bucket", "aws_sqs_queue"]],
])("the example of %s synthesises", (name, types) => {
  const [json, ...others] = run(name);
  expect(others).toEqual([]);
  expect(Object.keys(json?.resource ?? {})).toEqual(expect.arrayContaining(types));
  expect(Object.keys(json?.terraform.backend ?? {})).toEqual([name === "remote-state" ? "s3" : "local"]);
});

test.each(EXAMPLES)("%s has 25 lines at most", (name) => {
  expect(linesOf(readFileSync(join("examples", name), "utf8"))).toBeLessThanOrEqual(25);
});

describe.each(MODULES)("the README of %s", (module) => {
  const readme = () => readFileSync(join(FOLDERS.get(module) ?? "", "README.md"), "utf8");

  test("shows the example, as a user of the package writes it", () => {
    const [, snippet] = /```ts\n(.*?)```/s.exec(readme()) ?? [];
    const example = readFileSync(join("examples", `${module}.ts`), "utf8");
    expect(snippet).toBe(example.replace('"../modules"', '"groundplan"'));
  });

  test("says what it creates, its smallest use and what it gives back, in 40 lines", () => {
    expect(readme()).toMatch(/^# \S+\n.+\*\*Creates\*\*.+## Smallest use\n.+\*\*Gives back\*\*/s);
    expect(linesOf(withoutOptions(readme()))).toBeLessThanOrEqual(40);
  });
});
