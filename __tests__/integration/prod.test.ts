import { join } from "node:path";
import { expectedChecks, failedChecks } from "../support/checkov";
import { TestCommand } from "../support/command";
import { deployEmbedded, secondPlans } from "../support/deployed";
import { sampleFigures } from "../support/sample-figures";
import { TerraformPlan } from "../support/terraform-plan";

jest.setTimeout(900_000);

const command = new TestCommand("prod");

afterAll(async () => {
  await command.run("prod", "down", "prod", "--embedded", "--clean");
});

test("runs on the embedded AWS with all that its network has, and plans nothing the second time", async () => {
  const deployed = await deployEmbedded(command, "prod");
  expect(deployed).toMatchObject({
    agree: true,
    totals: [{ total: { shopId: "cdnow", ...sampleFigures() } }],
  });
  expect(await secondPlans(command, "prod")).toEqual({});
});

test.each(["network", "data", "pipeline", "database", "services", "spark", "dashboard"])(
  "leaves checkov nothing to find in the plan of %s but what has a reason, and no reason too many",
  async (stack) => {
    const { jsonFile } = await TerraformPlan.of(join(command.output("prod"), "stacks", stack));
    expect(await failedChecks(jsonFile)).toEqual(expectedChecks("prod", stack));
  },
);
