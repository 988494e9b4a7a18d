import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Clients } from "../../cli/clients";
import type { DownResult } from "../../cli/down";
import type { FailureDetails } from "../../cli/failure";
import type { SendResult } from "../../cli/send";
import { STAGES } from "../../cli/stages";
import type { StatusResult } from "../../cli/status";
import type { UpResult } from "../../cli/up";
import { loadConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import { AwsInventory } from "../support/aws-inventory";
import { cdktfCli } from "../support/cdktf-cli";
import { TestCommand } from "../support/command";
import { STACKS, secondPlans } from "../support/deployed";
import { QueryService } from "../support/query-service";
import { lookUntil, RarePaths } from "../support/rare-paths";
import { sampleFigures } from "../support/sample-figures";
import { comparePermissions } from "../support/used-permissions";

jest.setTimeout(900_000);

const command = new TestCommand("local");
const files = mkdtempSync(join(tmpdir(), "groundplan-events-"));
let deployed: UpResult;

function file(name: string, content: string | Buffer): string {
  const path = join(files, name);
  writeFileSync(path, content);
  return path;
}

function purchase(id: number, changes: Record<string, unknown> = {}): string {
  const event = {
    ...{ schemaVersion: 1, eventId: `test-${id}`, type: "purchase", occurredAt: "2026-03-04T05:06:07Z" },
    ...{ shopId: "test-shop", contentId: "story-1", productId: "p-1", visitorId: "v-1", quantity: 2 },
    ...{ amount: "10.10", currency: "EUR", ...changes },
  };
  return JSON.stringify(event);
}

/** The totals of one shop, which all stores say. */
async function shop(shopId: string) {
  const { document } = await command.json<StatusResult>("local", "status", "local");
  const [found, ...others] = document.totals.filter(({ total }) => total.shopId === shopId);
  expect(others).toEqual([]);
  expect(found?.stores).toEqual(["figures", "rows", "lake"]);
  return found?.total;
}

beforeAll(async () => {
  await command.run("local", "down", "local", "--clean");
  command.clean("local");
  const { code, stdout, stderr, document } = await command.json<UpResult>(
    "local",
    ...["up", "local", "--without", "spark"],
  );
  if (code !== 0) throw new Error(`up failed: ${stdout}${stderr}`);
  deployed = document;
});

afterAll(async () => {
  await command.run("local", "down", "local", "--clean");
  rmSync(files, { recursive: true, force: true });
});

test("brings the sample's purchases into all three stores, to the cent", async () => {
  expect(deployed).toMatchObject({ changed: true, agree: true, differences: [] });
  expect(deployed.totals).toEqual([
    {
      stores: ["figures", "rows", "lake"],
      total: expect.objectContaining({ shopId: "cdnow", currency: "USD", ...sampleFigures() }),
    },
  ]);
  const { code, document } = await command.json<StatusResult>("local", "status", "local");
  expect(code).toBe(0);
  expect(document.stores).toEqual(deployed.stores);
  const idle = { waiting: 0, inFlight: 0, deadLetters: 0 };
  expect(document.stages).toEqual(STAGES.map((stage) => ({ stage, ...idle })));
});

test("shows them on the dashboard, which runs beside it", async () => {
  const { address = "" } = deployed.dashboard ?? {};
  const page = await fetch(`${address}/`);
  expect({ status: page.status, text: await page.text() }).toMatchObject({
    status: 200,
    text: expect.stringContaining("groundplan"),
  });
  const { document } = await command.json<StatusResult>("local", "status", "local");
  expect(document.dashboard).toEqual({ running: true, address });
});

test("plans nothing the second time", async () => {
  expect(await secondPlans(command, "local")).toEqual({});
});

test("changes nothing in a second up, and says so", async () => {
  const { code, stdout, stderr } = await command.run("local", "up", "local", "--without", "spark");
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("is there already") });
  expect(stdout).toContain("Nothing changed");
});

test("trains recommendations that beat popularity, and has them in both stores", async () => {
  const { code, document } = await command.json<UpResult>("local", "up", "local");
  expect({ code, agree: document.agree }).toEqual({ code: 0, agree: true });
  const { trained, stories = [] } = document.recommended ?? {};
  expect(trained?.als.precision).toBeGreaterThan(1.5 * (trained?.popularity.precision ?? 1));
  expect(trained?.als.recall).toBeGreaterThan(1.5 * (trained?.popularity.recall ?? 1));
  expect(trained?.rows).toBe(1_200);
  expect(stories.map(({ products }) => products.length)).toEqual([10, 10, 10]);
  expect(await shop("cdnow")).toMatchObject({ ...sampleFigures(), views: 23_387, clicks: 18_382 });
  const page = await fetch(`${document.dashboard?.address}/_dash-layout`);
  expect(page.status).toBe(200);
});

test("holds every state in the bucket, and none on this machine", async () => {
  const config = loadConfig("local", { home: command.home });
  const { stateBucket, stateKey } = namesFor(config);
  const clients = new Clients(config);
  for (const stack of STACKS) {
    expect(await clients.objectExists(stateBucket, stateKey(stack))).toBe(true);
    expect(existsSync(join(command.home, "local", `${stack}.tfstate`))).toBe(false);
  }
  clients.close();
});

test("sets a truncated file aside, and lets a good one pass beside it", async () => {
  const whole = gzipSync(Array.from({ length: 500 }, (_, id) => purchase(id)).join("\n"));
  const poison = file("truncated.ndjson.gz", whole.subarray(0, whole.length / 2));
  const good = file("good.ndjson.gz", gzipSync([purchase(1), purchase(2)].join("\n")));
  const [bad, fine] = await Promise.all([
    command.json<{ error: FailureDetails }>("local", "send", poison, "local"),
    command.json<SendResult>("local", "send", good, "local"),
  ]);
  expect(fine).toMatchObject({ code: 0, document: { arrived: { lines: { in: 2, good: 2, rejected: 0 } } } });
  expect(bad).toMatchObject({
    code: 1,
    document: { error: { message: expect.stringContaining("was set aside") } },
  });
  expect(await shop("test-shop")).toMatchObject({ orders: 2, quantity: 4, amount: "20.20", currency: "EUR" });
  const { document } = await command.json<StatusResult>("local", "status", "local");
  const idle = { waiting: 0, inFlight: 0 };
  expect(document.stages).toEqual(
    STAGES.map((stage) => ({ stage, ...idle, deadLetters: stage === "structure" ? 1 : 0 })),
  );
});

test("counts a file once, however often it is sent", async () => {
  const again = file("good.ndjson.gz", gzipSync([purchase(1), purchase(2)].join("\n")));
  await command.json("local", "send", again, "local");
  expect(await shop("test-shop")).toMatchObject({ orders: 2, amount: "20.20" });
});

test("keeps the good lines of a file and says where the rejected ones lie", async () => {
  const mixed = file(
    "mixed file ü+%.ndjson",
    [purchase(3), "not json", purchase(4, { amount: 1.5 })].join("\n"),
  );
  const { document } = await command.json<SendResult>("local", "send", mixed, "local");
  expect(document.arrived).toMatchObject({
    lines: { in: 3, good: 1, rejected: 2 },
    rejected: expect.stringMatching(/^rejected\//),
  });
});

test("rejects a file that is not there, by name", async () => {
  const { code, document } = await command.json<{ error: FailureDetails }>(
    "local",
    "send",
    "missing.ndjson",
    "local",
  );
  expect(code).toBe(1);
  expect(document.error.message).toBe("cannot read missing.ndjson: no such file");
});

test("lets a function do nothing that its role does not allow", async () => {
  const iam = new QueryService(
    deployed.endpoint,
    { accountId: "000000000000", region: "us-east-1" },
    { signingName: "iam", version: "2010-05-08" },
  );
  const role = "atlas-local-load-figures";
  await iam.call("DeleteRolePolicy", { RoleName: role, PolicyName: "access" });
  const refused = file("refused.ndjson", purchase(9, { shopId: "refused" }));
  const { document } = await command.json<{ error: FailureDetails }>(
    "local",
    ...["send", refused, "local", "--timeout", "10"],
  );
  expect(document.error.message).toMatch(/did not arrive within 10 s: .* not in figures$/);
  const log = readFileSync(join(command.home, "local", "embedded.log"), "utf8");
  expect(log).toContain(`assumed-role/${role}/${role} is not authorized to perform`);
  const mended = await command.json<UpResult>("local", "up", "local");
  expect(mended.document.stacks?.pipeline).toMatchObject({ add: 1, change: 0, remove: 0 });
});

test("takes visitors out of every store, and nobody else", async () => {
  const leaving = [1, 2, 3].map((id) =>
    purchase(id, { shopId: "leaving", visitorId: `l-${id}`, eventId: `l-${id}` }),
  );
  await command.json<SendResult>("local", "send", file("leaving.ndjson", leaving.join("\n")), "local");
  expect(await shop("leaving")).toMatchObject({ orders: 3 });
  const others = await shop("test-shop");
  const visitors = file("visitors.txt", "l-1\nl-3\n");
  const words = ["run-job", "local", "erase-visitors", "--json", "--", "--visitors", visitors];
  const { code, stdout, stderr } = await command.run("local", ...words);
  expect(code === 0 ? "" : stdout + stderr).toBe("");
  for (let tries = 0; tries < 60; tries += 1) {
    const { document } = await command.json<StatusResult>("local", "status", "local");
    const left = document.totals.find(({ total }) => total.shopId === "leaving")?.total.orders;
    if (document.agree && left === 1) break;
  }
  expect(await shop("leaving")).toMatchObject({ orders: 1 });
  expect(await shop("test-shop")).toEqual(others);
});

test("says in a sentence why a job failed", async () => {
  const { code, stdout } = await command.run("local", "run-job", "local", "erase-visitors", "--json");
  expect(code).toBe(1);
  const { error } = JSON.parse(stdout) as { error: FailureDetails };
  expect(error.message).toContain("--visitors must be given, got nothing");
});

test("keeps its data over down and up", async () => {
  const down = await command.json<DownResult>("local", "down", "local");
  expect(down.document).toEqual({ environment: "local", stopped: true, cleaned: false });
  await expect(fetch(`${deployed.dashboard?.address}/health/live`)).rejects.toThrow("fetch failed");
  const off = await command.json<{ error: FailureDetails }>("local", "status", "local");
  expect(off).toMatchObject({ code: 1, document: { error: { next: "npx groundplan up local" } } });
  const { document } = await command.json<UpResult>("local", "up", "local");
  expect(document).toMatchObject({ changed: false, endpoint: deployed.endpoint });
  expect(await shop("cdnow")).toMatchObject(sampleFigures());
});

test("is deployed by the cdktf command without changes", async () => {
  const cdktf = await cdktfCli(command, "local");
  expect(await cdktf("synth")).toMatchObject({ code: 0 });
  const deploy = await cdktf("deploy", "*", "--auto-approve", "--skip-provider-lock");
  expect(deploy.code === 0 ? 0 : deploy.stdout + deploy.stderr).toBe(0);
  const summaries = deploy.stdout.match(/No changes\. Your infrastructure matches the configuration/g) ?? [];
  expect(summaries).toHaveLength(STACKS.length);
});

test("has roles whose programs do all that they may, and nothing else", async () => {
  const config = loadConfig("local", { home: command.home });
  const clients = new Clients(config);
  const rare = new RarePaths(config, clients);
  const run = async (job: string, ...words: string[]) => {
    const { code, stdout, stderr } = await command.run("local", "run-job", "local", job, "--", ...words);
    expect(code === 0 ? "" : stdout + stderr).toBe("");
  };
  await rare.leaveTraces();
  await rare.replaceAndDelete([purchase(20), purchase(21)]);
  await rare.sendMessages();
  await run("compact-curated");
  await run("aggregate-content");
  await run("train-recommendations", "--rank", "1", "--iterations", "1"); // how good it is was seen before
  await run("erase-visitors", ...(await rare.requestErasure("v-1")));
  const { document } = await command.json<StatusResult>("local", "status", "local");
  await rare.chooseStory(document.dashboard?.address ?? "");
  clients.close();
  const compare = () =>
    comparePermissions(
      join(command.output("local"), "stacks"),
      readFileSync(join(command.home, "local", "data", "access.ndjson"), "utf8"),
    );
  const seen = await lookUntil(compare, ({ unused }) => unused.length === 0);
  expect(seen).toEqual({ unused: [], notAllowed: [], needless: [] });
});

test("destroys everything that it made, the state's bucket last", async () => {
  const { code, stdout, stderr } = await command.run("local", "destroy", "local");
  expect(code === 0 ? "" : stdout + stderr).toBe("");
  const left = await new AwsInventory(deployed.endpoint, "000000000000").everything();
  const aliases = (left.aliases ?? []).filter((name) => !name.startsWith("alias/aws/"));
  expect({ ...left, aliases }).toEqual({
    ...{ buckets: [], tables: [], queues: [], functions: [], roles: [], logGroups: [] },
    ...{ parameters: [], aliases: [], mappings: [], topics: [], clusters: [], catalogues: [], secrets: [] },
    workgroups: ["primary"], // AWS's own
  });
  expect(existsSync(join(command.home, "local", "state.tfstate"))).toBe(false);
});
