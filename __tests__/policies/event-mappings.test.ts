import { namesFor } from "../../config/naming";
import { configOf, type Environment } from "../support/platform";
import {
  addResources,
  firstOf,
  holdsEverywhere,
  inner,
  listOf,
  refersTo,
  resources,
  spoilt,
} from "../support/policies";
import type { Block, StackJson } from "../support/synth";

/**
 * Every function but those that are called by name is fed by a queue: failed messages come back alone, so many calls at
 * a time, hidden long enough.
 */
function violations(json: StackJson, environment: Environment): string[] {
  const { migrate, totals } = namesFor(configOf(environment));
  const called: unknown[] = [migrate, totals];
  const mappings = resources(json, "aws_lambda_event_source_mapping");
  return [
    ...resources(json, "aws_lambda_function")
      .map(([address, { function_name: name }]): [string, unknown, number] => [
        address,
        name,
        mappings.filter(([, { function_name }]) => refersTo(function_name, address)).length,
      ])
      .filter(([, name, count]) => count !== (called.includes(name) ? 0 : 1))
      .map(([address, , count]) => `${address} has ${count || "no"} mapping${count > 1 ? "s" : ""}`),
    ...mappings.flatMap(([address, mapping]) => rulesOf(json, mapping).map((rule) => `${address}: ${rule}`)),
  ];
}

function rulesOf(json: StackJson, mapping: Block): string[] {
  const concurrency = Number(inner(mapping, "scaling_config")?.maximum_concurrency);
  const [, queue] =
    resources(json, "aws_sqs_queue").find(([id]) => refersTo(mapping.event_source_arn, id)) ?? [];
  const [, lambda] =
    resources(json, "aws_lambda_function").find(([id]) => refersTo(mapping.function_name, id)) ?? [];
  const least = 6 * Number(lambda?.timeout) + Number(mapping.maximum_batching_window_in_seconds);
  return [
    ...(listOf(mapping.function_response_types).includes("ReportBatchItemFailures")
      ? []
      : ["one failed message brings back all"]),
    ...(concurrency >= 2 && concurrency <= 1_000 ? [] : ["calls at a time have no limit"]),
    ...(Number(queue?.visibility_timeout_seconds) >= least
      ? []
      : [`messages come back within ${least} seconds, while they are worked on`]),
  ];
}

holdsEverywhere(violations);

test.each([
  ["function_response_types", "one failed message brings back all"],
  ["scaling_config", "calls at a time have no limit"],
])("catches a mapping without %s", (attribute, message) => {
  const json = spoilt(
    "pipeline",
    (stack) => delete firstOf(stack, "aws_lambda_event_source_mapping")[attribute],
  );
  expect(violations(json, "dev")).toEqual([
    expect.stringMatching(`^aws_lambda_event_source_mapping\\.\\w+: ${message}$`),
  ]);
});

test("catches a function that outlasts the time its messages are hidden", () => {
  const json = spoilt("pipeline", (stack) => {
    const [found] = resources(stack, "aws_lambda_function").filter(([id]) => id.includes(".Structure_"));
    if (found !== undefined) found[1].timeout = 900;
  });
  expect(violations(json, "dev")).toEqual([
    expect.stringMatching(/messages come back within 5400 seconds, while they are worked on$/),
  ]);
});

test("catches a function without a mapping", () => {
  const json = spoilt("pipeline", (stack) => delete stack.resource?.aws_lambda_event_source_mapping);
  expect(violations(json, "dev")).toEqual([
    expect.stringMatching(/^aws_lambda_function\.FollowErasure_\w+ has no mapping$/),
    expect.stringMatching(/^aws_lambda_function\.LoadFigures_\w+ has no mapping$/),
    expect.stringMatching(/^aws_lambda_function\.LoadLake_\w+ has no mapping$/),
    expect.stringMatching(/^aws_lambda_function\.ServeRecommendations_\w+ has no mapping$/),
    expect.stringMatching(/^aws_lambda_function\.Structure_\w+ has no mapping$/),
  ]);
});

test("catches a function with two mappings, and a migration that a queue starts", () => {
  const json = spoilt("database", (stack) => {
    const rows = firstOf(stack, "aws_lambda_event_source_mapping");
    const [migrate] = resources(stack, "aws_lambda_function").find(([id]) => id.includes(".Migrate_")) ?? [];
    addResources(stack, {
      aws_lambda_event_source_mapping: {
        Again: { ...rows },
        Started: { ...rows, function_name: `\${${migrate}.function_name}` },
      },
    });
  });
  expect(violations(json, "dev").filter((line) => line.includes(" has "))).toEqual([
    expect.stringMatching(/^aws_lambda_function\.LoadRecommendations_\w+ has 2 mappings$/),
    expect.stringMatching(/^aws_lambda_function\.Migrate_\w+ has 1 mapping$/),
  ]);
});
