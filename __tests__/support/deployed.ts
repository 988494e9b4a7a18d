import { join } from "node:path";
import type { UpResult } from "../../cli/up";
import type { TestCommand } from "./command";
import { TerraformPlan } from "./terraform-plan";

/** The platform's stacks, in order of dependency. */
export const STACKS = [
  "state",
  "deployers",
  "network",
  "data",
  "pipeline",
  "database",
  "services",
  "spark",
  "dashboard",
] as const;

/** Deploys an environment that lives on AWS to an embedded one of the test's own, from nothing. */
export async function deployEmbedded(command: TestCommand, environment: string): Promise<UpResult> {
  await command.run(environment, "down", environment, "--embedded", "--clean");
  command.clean(environment);
  const { code, stdout, stderr, document } = await command.json<UpResult>(
    environment,
    ...["up", environment, "--embedded", "--without", "spark"],
  );
  if (code !== 0) throw new Error(`up ${environment} failed: ${stdout}${stderr}`);
  return document;
}

/** Stack → what a second plan would do: nothing of any stack is nothing in the answer. */
export async function secondPlans(command: TestCommand, environment: string) {
  const found: Record<string, TerraformPlan["actions"]> = {};
  for (const stack of STACKS) {
    const { actions } = await TerraformPlan.of(join(command.output(environment), "stacks", stack));
    if (Object.keys(actions).length > 0) found[stack] = actions;
  }
  return found;
}
