import type { Clients } from "../../cli/clients";
import { taskEnvironment } from "../../cli/task-environment";
import { loadConfig } from "../../config/load";

const config = loadConfig("local", { home: "." });

/** An AWS that holds one object: the state of a stack. */
function holding(state: object | undefined): Clients {
  const objectText = async (bucket: string, key: string) =>
    bucket === "atlas-local-state-000000000000-eu-central-1" && key === "atlas/local/dashboard.tfstate"
      ? state && JSON.stringify(state)
      : undefined;
  return { objectText } as unknown as Clients;
}

const task = (containers: readonly object[]) => ({
  resources: [
    { type: "aws_lb", instances: [{ attributes: { name: "web" } }] },
    {
      type: "aws_ecs_task_definition",
      instances: [{ attributes: { container_definitions: JSON.stringify(containers) } }],
    },
  ],
});

test("gives the main container's variables, as Terraform has made them", async () => {
  const variables = [
    { name: "DATABASE_HOST", value: "127.0.0.1" },
    { name: "PORT", value: "8080" },
  ];
  const state = task([{ name: "router" }, { name: "app", environment: variables }]);
  expect(await taskEnvironment(config, holding(state), "dashboard")).toEqual({
    DATABASE_HOST: "127.0.0.1",
    PORT: "8080",
  });
});

test("gives none where the container has none", async () => {
  expect(await taskEnvironment(config, holding(task([{ name: "app" }])), "dashboard")).toEqual({});
});

test.each([
  ["a stack without a state", undefined],
  ["a state without a task", { resources: [] }],
  ["a task without a main container", task([{ name: "router" }])],
])("rejects %s", async (_, state) => {
  await expect(taskEnvironment(config, holding(state), "dashboard")).rejects.toThrow(
    "the stack dashboard must have a task with a container app, got none",
  );
});
