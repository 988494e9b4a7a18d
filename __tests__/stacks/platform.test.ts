import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf, platform } from "../support/platform";

test("is seven stacks, in the order in which they are applied", () => {
  expect(Object.keys(platform("dev"))).toHaveLength(7);
  const { stacks } = JSON.parse(readFileSync(join(folderOf("dev"), "manifest.json"), "utf8"));
  const dependencies = Object.fromEntries(
    Object.entries<{ dependencies: string[] }>(stacks).map(([name, stack]) => [name, stack.dependencies]),
  );
  expect(dependencies).toEqual({
    state: [],
    network: ["state"],
    data: ["state"],
    pipeline: ["state", "data"],
    database: ["state", "data", "network"],
    services: ["state", "network"],
    dashboard: ["state", "network", "database", "services"],
  });
});

test("has neither dashboard nor services where the configuration has no dashboard", () => {
  expect(Object.keys(platform("dev, no dashboard"))).toEqual([
    ...["data", "database", "network", "pipeline", "state"],
  ]);
});
