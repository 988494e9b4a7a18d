import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { App } from "cdktf";
import type { FailureDetails } from "../../cli/failure";
import type { UpResult } from "../../cli/up";
import { loadConfig, type PlatformConfig } from "../../config/load";
import { BaseStack } from "../../stacks/base-stack";
import { readContract } from "../../stacks/contract";
import { NETWORK_CONTRACT, NetworkStack } from "../../stacks/network-stack";
import { Platform } from "../../stacks/platform";
import { StateStack } from "../../stacks/state-stack";
import { AwsInventory } from "../support/aws-inventory";
import { expectedChecks, failedChecks } from "../support/checkov";
import { TestCommand } from "../support/command";
import { deployEmbedded, secondPlans } from "../support/deployed";
import { sampleFigures } from "../support/sample-figures";
import { TerraformPlan } from "../support/terraform-plan";

jest.setTimeout(900_000);

const command = new TestCommand("dev");
let deployed: UpResult;
let config: PlatformConfig;

beforeAll(async () => {
  deployed = await deployEmbedded(command, "dev");
  config = loadConfig("dev", { embedded: true, home: command.home });
});

afterAll(async () => {
  await command.run("dev", "down", "dev", "--embedded", "--clean");
});

/** A program of its own beside the deployed platform, as the plan of its last stack. */
async function planOf(name: string, build: (app: App) => void, stack: string): Promise<TerraformPlan> {
  const outdir = join(command.home, "out", name);
  command.clean(name);
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir });
  build(app);
  app.synth();
  return TerraformPlan.of(join(outdir, "stacks", stack));
}

test("runs on the embedded AWS under dev's own account, and plans nothing the second time", async () => {
  expect(deployed).toMatchObject({
    agree: true,
    totals: [{ total: { shopId: "cdnow", ...sampleFigures() } }],
  });
  const { buckets } = await new AwsInventory(deployed.endpoint, "111111111111").everything();
  expect(buckets).toContain("atlas-dev-raw-111111111111-eu-central-1");
  expect(await secondPlans(command, "dev")).toEqual({});
});

test("only adds when the network grows from two zones to three", async () => {
  expect(config.network.zones).toBe(2);
  const three = { ...config, network: { ...config.network, zones: 3 as const } };
  const plan = await planOf(
    "three-zones",
    (app) => {
      new StateStack(app, { config: three });
      new NetworkStack(app, { config: three });
    },
    "network",
  );
  const { create, ...others } = plan.actions;
  expect(create?.filter((address) => address.startsWith("aws_subnet."))).toHaveLength(3);
  // The contract lists the new subnets; nothing else is touched.
  expect(others).toEqual({ update: ["aws_ssm_parameter.Contract"] });
});

test("shows a reader of the network's contract real ids in its plan", async () => {
  class Reader extends BaseStack {
    constructor(app: App) {
      super(app, "reader", { config });
      const { vpcId, privateSubnetIds } = readContract(this, "Network", NETWORK_CONTRACT);
      new SecurityGroup(this, "Group", { name: "reader", description: "Reads a contract", vpcId });
      new DbSubnetGroup(this, "Subnets", { name: "reader", subnetIds: privateSubnetIds });
    }
  }
  const plan = await planOf(
    "reader",
    (app) => {
      new StateStack(app, { config });
      new NetworkStack(app, { config });
      new Reader(app);
    },
    "reader",
  );
  const after = (type: string) => plan.changes.find((change) => change.type === type)?.change;
  expect(after("aws_security_group")?.after).toMatchObject({
    vpc_id: expect.stringMatching(/^vpc-[0-9a-f]+$/),
  });
  const subnets = after("aws_db_subnet_group");
  expect(subnets?.after).toMatchObject({
    subnet_ids: [expect.stringMatching(/^subnet-/), expect.stringMatching(/^subnet-/)],
  });
  expect(
    JSON.stringify([subnets?.after_sensitive, after("aws_security_group")?.after_sensitive]),
  ).not.toContain("true");
});

test.each(["network", "data", "pipeline", "database", "services", "spark", "dashboard"])(
  "leaves checkov nothing to find in the plan of %s but what has a reason, and no reason too many",
  async (stack) => {
    const { jsonFile } = await TerraformPlan.of(join(command.output("dev"), "stacks", stack));
    expect(await failedChecks(jsonFile)).toEqual(expectedChecks("dev", stack));
  },
);

test("runs the dashboard's image, and scales it, once the configuration names one", async () => {
  const { dashboard } = config;
  if (dashboard === undefined) throw new Error("dev has no dashboard");
  const image = `sha256:${"1".repeat(64)}`;
  const build = (app: App) => void new Platform(app, { ...config, dashboard: { ...dashboard, image } });
  const plan = await planOf("image", build, "dashboard");
  const { create = [], update = [], ...others } = plan.actions;
  expect(create.map((address) => address.replace(/\..*/, "")).sort()).toEqual([
    "aws_appautoscaling_policy",
    "aws_appautoscaling_policy",
    "aws_appautoscaling_target",
  ]);
  expect(update).toEqual([expect.stringMatching(/^aws_ecs_service\./)]);
  expect(Object.values(others).flat()).toEqual([expect.stringMatching(/^aws_ecs_task_definition\./)]);
  expect(await failedChecks(plan.jsonFile)).toEqual(expectedChecks("dev", "dashboard"));
  await plan.apply();
  expect((await planOf("image", build, "dashboard")).actions).toEqual({});
});

test("rejects up, down and destroy of an environment that lives on the real AWS", async () => {
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
    ...["destroy", "dev", "--embedded"],
  );
  expect(code).toBe(1);
  expect(document.error).toMatchObject({
    stack: expect.stringMatching(/^(database|spark)$/), // they go at the same time, and both keep data
    said: expect.stringContaining("prevent_destroy"),
    next: "npx groundplan destroy dev --embedded",
  });
});
