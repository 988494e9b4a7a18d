import { rmSync } from "node:fs";
import { join } from "node:path";
import type { FailureDetails } from "../../cli/failure";
import type { UpResult } from "../../cli/up";
import { AwsInventory } from "../support/aws-inventory";
import { TestCommand } from "../support/command";
import { sampleFigures } from "../support/sample-figures";
import { secondPlan } from "../support/second-plan";

jest.setTimeout(420_000);

const command = new TestCommand("dev");

afterAll(async () => {
  await command.run("dev", "down", "dev", "--embedded", "--clean");
});

test("runs dev on the embedded AWS under dev's own account", async () => {
  await command.run("dev", "down", "dev", "--embedded", "--clean");
  rmSync(command.output("dev"), { recursive: true, force: true });
  const { code, stderr, document } = await command.json<UpResult>("dev", "up", "dev", "--embedded");
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(document.shops).toEqual([expect.objectContaining({ shopId: "cdnow", ...sampleFigures() })]);
  const { buckets } = await new AwsInventory(document.endpoint, "111111111111").everything();
  expect(buckets).toContain("atlas-dev-raw-111111111111-eu-central-1");
  for (const stack of ["state", "data", "pipeline"]) {
    expect(await secondPlan(join(command.output("dev"), "stacks", stack))).toBe("no changes");
  }
});

test("rejects up and down of an environment that lives on the real AWS", async () => {
  for (const verb of ["up", "down", "destroy"]) {
    const { code, document } = await command.json<{ error: FailureDetails }>("dev", verb, "dev");
    expect(code).toBe(1);
    expect(document.error).toMatchObject({
      message: `${verb} works on the embedded AWS only, and dev lives in account 111111111111`,
      next: expect.stringContaining(`npx groundplan ${verb} dev --embedded`),
    });
  }
});

test("rejects to destroy data that the environment keeps, and names the resource", async () => {
  const { code, document } = await command.json<{ error: FailureDetails }>(
    "dev",
    "destroy",
    "dev",
    "--embedded",
  );
  expect(code).toBe(1);
  expect(document.error).toMatchObject({
    stack: "data",
    said: expect.stringContaining("prevent_destroy"),
    next: "npx groundplan destroy dev --embedded",
  });
});
