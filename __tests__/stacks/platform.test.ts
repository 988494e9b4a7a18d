import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf, platform } from "../support/platform";

test("is nine stacks, in the order in which they are applied", () => {
  expect(Object.keys(platform("dev"))).toHaveLength(9);
  const { stacks } = JSON.parse(readFileSync(join(folderOf("dev"), "manifest.json"), "utf8"));
  const dependencies = Object.fromEntries(
    Object.entries<{ dependencies: string[] }>(stacks).map(([name, stack]) => [name, stack.dependencies]),
  );
  expect(dependencies).toEqual({
    state: [],
    deployers: ["state"],
    network: ["deployers"],
    data: ["deployers"],
    pipeline: ["data"],
    database: ["data", "network"],
    spark: ["network", "data"],
    services: ["network"],
    dashboard: ["network", "database", "services"],
  });
});

test("has no Spark, and nothing that follows it, where the configuration has none", () => {
  const stacks = platform("dev, no Spark");
  expect(Object.keys(stacks)).not.toContain("spark");
  expect(JSON.stringify(stacks)).not.toMatch(/spark|recommendations|erasure/i);
});

test("has neither dashboard nor services where the configuration has no dashboard", () => {
  expect(Object.keys(platform("dev, no dashboard"))).toEqual([
    ...["data", "database", "deployers", "network", "pipeline", "spark", "state"],
  ]);
});
