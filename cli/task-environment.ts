import * as z from "zod";
import type { PlatformConfig } from "../config/load";
import { namesFor } from "../config/naming";
import type { Clients } from "./clients";

const TASK = "aws_ecs_task_definition";

/** As much of a state as is read here. */
const State = z.object({
  resources: z.array(
    z.object({
      type: z.string(),
      instances: z.array(
        z.object({ attributes: z.object({ container_definitions: z.string().optional() }) }),
      ),
    }),
  ),
});

const Containers = z.array(
  z.object({
    name: z.string(),
    environment: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  }),
);

/**
 * The variables of the main container of a deployed stack's task, as Terraform has made them: what runs on this machine in its place gets
 * the same.
 *
 * @throws Error when the stack has no task, or its state is not as Terraform writes it
 */
export async function taskEnvironment(
  config: PlatformConfig,
  clients: Clients,
  stack: string,
): Promise<Record<string, string>> {
  const { stateBucket, stateKey } = namesFor(config);
  const text = await clients.objectText(stateBucket, stateKey(stack));
  const state = State.parse(JSON.parse(text ?? '{"resources":[]}'));
  const task = state.resources.find(({ type }) => type === TASK)?.instances[0]?.attributes;
  const containers = Containers.parse(JSON.parse(task?.container_definitions ?? "[]"));
  const main = containers.find(({ name }) => name === "app");
  if (main === undefined)
    throw new Error(`the stack ${stack} must have a task with a container app, got none`);
  return Object.fromEntries(main.environment.map(({ name, value }) => [name, value]));
}
