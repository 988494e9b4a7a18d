import { join } from "node:path";
import { pathOf, readStacks } from "../../cli/stack-output";
import { TestFolder } from "../support/folder";

const folder = new TestFolder();
const S3 = { backend: { s3: { bucket: "states" } } };
const named = (path: string) => ({ "//": { metadata: { path } } });

/** Writes an output folder whose manifest names the stacks in this order. */
function output(name: string, stacks: Record<string, { after?: string[]; json?: object }>): string {
  const entries = Object.entries(stacks).map(([stack, { after = [], json = {} }]) => {
    folder.file(`${name}/stacks/${stack}/cdk.tf.json`, JSON.stringify({ terraform: S3, ...json }));
    return [stack, { workingDirectory: `stacks/${stack}`, dependencies: after }] as const;
  });
  folder.file(`${name}/manifest.json`, JSON.stringify({ stacks: Object.fromEntries(entries) }));
  return join(folder.path, name);
}

test("puts every stack after those that it depends on, whatever the manifest's order", () => {
  const path = output("order", {
    pipeline: { after: ["data", "state"] },
    lake: { after: ["data"] },
    data: { after: ["state"] },
    state: {},
  });
  expect(readStacks(path).map(({ name }) => name)).toEqual(["state", "data", "pipeline", "lake"]);
});

test("knows folder, dependencies, and what Terraform has to be initialised for", () => {
  const path = output("facts", { state: {}, data: { after: ["state"] } });
  expect(readStacks(path)[1]).toMatchObject({
    name: "data",
    directory: join(path, "stacks/data"),
    dependencies: ["state"],
    settings: JSON.stringify(S3),
  });
});

test("finds the path in the code of each resource and data source", () => {
  const json = {
    resource: {
      aws_s3_bucket: { Raw_Resource_1: named("data/Raw/Resource"), Bare: {} },
      aws_sqs_queue: { Raw_Resource_1: named("data/Work/Resource") },
    },
    data: { aws_ssm_parameter: { State_2: named("data/State") } },
  };
  const [stack] = readStacks(output("paths", { data: { json } }));
  expect(Object.fromEntries(stack?.paths ?? [])).toEqual({
    "aws_s3_bucket.Raw_Resource_1": "data/Raw/Resource",
    "aws_s3_bucket.Bare": "Bare",
    "aws_sqs_queue.Raw_Resource_1": "data/Work/Resource",
    "data.aws_ssm_parameter.State_2": "data/State",
  });
});

test("keeps the key of one of several, and an address that it does not know", () => {
  const json = { resource: { aws_route: { Routes_1: named("network/Routes") } } };
  const [stack] = readStacks(output("keys", { network: { json } }));
  const paths = ['aws_route.Routes_1["Public"]', "aws_route.Routes_1", "aws_vpc.Gone"];
  expect(stack && paths.map((address) => pathOf(stack, address))).toEqual([
    'network/Routes["Public"]',
    "network/Routes",
    "aws_vpc.Gone",
  ]);
});
