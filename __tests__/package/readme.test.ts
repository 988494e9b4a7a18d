import { readFileSync } from "node:fs";
import { mistakesIn } from "../../lambdas/shared/event";

test("shows an event that the pipeline takes", () => {
  const [, example = ""] = /```json\n(.*)\n```/.exec(readFileSync("README.md", "utf8")) ?? [];
  expect(mistakesIn(JSON.parse(example))).toBeUndefined();
});
