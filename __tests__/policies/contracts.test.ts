import { namesFor } from "../../config/naming";
import type { PlatformJson } from "../support/platform";
import { configOf, ENVIRONMENTS, type Environment, platform } from "../support/platform";
import { firstOf, holdsEverywhere, resources, spoilt } from "../support/policies";
import type { StackJson } from "../support/synth";

const parametersRead = (json: StackJson) =>
  Object.values(json.data?.aws_ssm_parameter ?? {}).map(({ name }) => name);

/** What is read back of the stack's own resources, after they were made: whether a deployment was rolled back. */
const OWN = ["aws_ecs_service"];

/** What crosses stacks is an SSM parameter of the writing stack, written and read where a plan shows it. */
function violations(json: StackJson, environment: Environment, stack: string): string[] {
  const { parameter } = namesFor(configOf(environment));
  const text = JSON.stringify(json);
  const others = Object.keys(json.data ?? {}).filter(
    (type) => type !== "aws_ssm_parameter" && !(OWN.includes(type) && type in (json.resource ?? {})),
  );
  return [
    ...others.map((type) => `reads ${type}`),
    ...[...new Set(text.match(/data\.aws_ssm_parameter\.\w+\.(?!insecure_value\b)\w+/g))].map(
      (reference) => `reads ${reference}, which hides it from plans`,
    ),
    ...resources(json, "aws_ssm_parameter").flatMap(([address, { name, type, insecure_value, value }]) => [
      ...(name === parameter(stack) ? [] : [`${address} is called ${name}`]),
      ...(type === "String" && value === undefined && insecure_value !== undefined
        ? []
        : [`${address} is hidden from plans`]),
    ]),
    ...(/\bterraform_remote_state\b|"sensitive":true/.test(text) ? ["hands values on by its state"] : []),
  ];
}

/** A parameter that is read is one that another stack of the environment writes. */
function unwritten(stacks: PlatformJson): string[] {
  const written = Object.values(stacks).flatMap((json) =>
    resources(json, "aws_ssm_parameter").map(([, { name }]) => name),
  );
  return Object.entries(stacks).flatMap(([stack, json]) =>
    parametersRead(json)
      .filter((name) => !written.includes(name))
      .map((name) => `${stack} reads ${name}, which no stack writes`),
  );
}

holdsEverywhere(violations);

test.each(ENVIRONMENTS)("every contract that is read is written, in %s", (environment) => {
  expect(unwritten(platform(environment))).toEqual([]);
  expect(Object.values(platform(environment)).flatMap(parametersRead)).not.toEqual([]);
});

test("catches a contract that is hidden from plans", () => {
  const written = spoilt("state", (stack) => {
    const block = firstOf(stack, "aws_ssm_parameter");
    block.value = block.insecure_value;
    delete block.insecure_value;
  });
  expect(violations(written, "dev", "state")).toEqual([expect.stringMatching(/ is hidden from plans$/)]);
  const read = spoilt("pipeline", (stack) => {
    const group = firstOf(stack, "aws_cloudwatch_log_group");
    group.kms_key_id = String(group.kms_key_id).replace("insecure_value", "value");
  });
  expect(violations(read, "dev", "pipeline")).toEqual([
    "reads data.aws_ssm_parameter.State.value, which hides it from plans",
  ]);
});

test("catches a contract under another stack's name", () => {
  expect(
    violations(
      spoilt("state", (stack) => (firstOf(stack, "aws_ssm_parameter").name = "/atlas/dev/data")),
      "dev",
      "state",
    ),
  ).toEqual([expect.stringMatching(/ is called \/atlas\/dev\/data$/)]);
});

test("catches values that are read out of a state", () => {
  const json = spoilt("data", (stack) => {
    Object.assign(stack.data ?? {}, { terraform_remote_state: { State: {} } });
  });
  expect(violations(json, "dev", "data")).toEqual([
    "reads terraform_remote_state",
    "hands values on by its state",
  ]);
});

test("catches a contract that no stack writes", () => {
  const { state: _, ...others } = platform("dev");
  expect(unwritten(others)).toEqual([
    "dashboard reads /atlas/dev/state, which no stack writes",
    "data reads /atlas/dev/state, which no stack writes",
    "database reads /atlas/dev/state, which no stack writes",
    "network reads /atlas/dev/state, which no stack writes",
    "pipeline reads /atlas/dev/state, which no stack writes",
    "services reads /atlas/dev/state, which no stack writes",
    "spark reads /atlas/dev/state, which no stack writes",
  ]);
});
