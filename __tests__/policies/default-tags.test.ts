import { configOf, type Environment } from "../support/platform";
import { holdsEverywhere, inner, spoilt } from "../support/policies";
import type { Block, StackJson } from "../support/synth";

/** Every resource says, by its provider, whose it is: project, environment, stack, who manages it, and the environment's own tags. */
function violations(json: StackJson, environment: Environment, stack: string): string[] {
  const { project, tags } = configOf(environment);
  const [name] = environment.split(" ");
  const wanted = { ...tags, project, environment: name, stack, "managed-by": "groundplan" };
  return Object.values(json.provider ?? {})
    .flat()
    .flatMap((provider: Block) => {
      const given = inner(provider, "default_tags", "tags") ?? {};
      return Object.entries(wanted)
        .filter(([tag, value]) => given[tag] !== value)
        .map(([tag, value]) => `tag ${tag} must be ${value}, is ${given[tag]}`);
    });
}

holdsEverywhere(violations);

test("catches a provider without tags, and a wrong one", () => {
  const none = spoilt("data", (stack) => delete stack.provider?.aws?.[0]?.default_tags);
  expect(violations(none, "dev", "data")).toEqual([
    "tag owner must be data-platform, is undefined",
    "tag project must be atlas, is undefined",
    "tag environment must be dev, is undefined",
    "tag stack must be data, is undefined",
    "tag managed-by must be groundplan, is undefined",
  ]);
  const json = spoilt("data", (stack) => {
    Object.assign(stack.provider?.aws?.[0] ?? {}, {
      default_tags: JSON.parse(JSON.stringify(stack.provider?.aws?.[0]?.default_tags).replace("dev", "prod")),
    });
  });
  expect(violations(json, "dev", "data")).toEqual(["tag environment must be dev, is prod"]);
});
