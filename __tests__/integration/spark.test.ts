import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { home } from "../../config/home";
import { startEmbedded, stopEmbedded } from "../../local/embedded";
import { AwsInventory } from "../support/aws-inventory";
import { TestFolder } from "../support/folder";
import { type Answer, type Answers, MachineRuns } from "../support/machine-runs";
import { Moto } from "../support/moto";
import { SparkEngines } from "../support/spark-engines";
import { TerraformPlan } from "../support/terraform-plan";

jest.setTimeout(300_000);

const installed = resolve(home(), "python");
afterAll(() => stopEmbedded("local")); // before the folder's own, which removes what says where it runs
const folder = new TestFolder();
const own = folder.home();
// Another test installs it anew; where it does not fit, this one does so as well.
mkdirSync(own);
if (existsSync(installed)) symlinkSync(installed, join(own, "python"));

const place = { accountId: "111122223333", region: "eu-central-1" };
let engines: SparkEngines;
let controlPlane: Moto;
let inventory: AwsInventory;
/** Of `SparkCluster`, with a job `count` that is tried twice and stops the row, a job `train`, and `erase`, which runs when it is named. */
let nightly: MachineRuns;
/** Of a `LongLivedSparkCluster`, with the same jobs side by side. */
let groups: MachineRuns;

beforeAll(async () => {
  const { endpoints, endpoint } = await startEmbedded("local", place);
  engines = new SparkEngines(join(folder.path, "out"), endpoints, place);
  controlPlane = new Moto(endpoints.controlPlane, place);
  inventory = new AwsInventory(endpoint, place.accountId);
  nightly = new MachineRuns(endpoint, place, "nightly");
  groups = new MachineRuns(endpoint, place, "groups");
  engines.synth();
  await (await TerraformPlan.of(engines.directory)).apply();
});

test("applies every engine, and plans nothing the second time", async () => {
  expect((await TerraformPlan.of(engines.directory)).actions).toEqual({});
});

const ok: Answer = { Return: {} };

const cluster = (State: string, Message = ""): Answer => ({
  Return: { Cluster: { Status: { State, StateChangeReason: { Message } } } },
});

const failed = (Cause: string): Answer => ({ Throw: { Error: "States.TaskFailed", Cause } });

/** An EMR where all goes well. */
const EMR: Answers = {
  "Make the cluster": [{ Return: { ClusterId: "j-1" } }],
  "Look at the cluster": [cluster("STARTING"), cluster("WAITING")],
  count: [ok],
  train: [ok],
  erase: [ok],
  Terminate: [ok],
};

/** What costs money or changes something, in the order of the states. */
const done = (states: readonly string[]) => states.filter((state) => state in EMR && !/^Look/.test(state));

test("makes a cluster, waits until it takes steps, runs one job after the other and ends it", async () => {
  await nightly.answer(EMR);
  const run = await nightly.run();
  expect(run.status).toBe("SUCCEEDED");
  expect(run.states.filter((state) => state === "Look at the cluster")).toHaveLength(2);
  expect(done(run.states)).toEqual(["Make the cluster", "count", "train", "Terminate"]);
  expect(await nightly.holder()).toBeUndefined();
});

test("adds a job's step to the cluster that it has made, as the job's own role", async () => {
  await nightly.answer(EMR);
  const step = await nightly.request("count", await nightly.run());
  expect(step).toMatchObject({
    ClusterId: "j-1",
    ExecutionRoleArn: "arn:aws:iam::111122223333:role/nightly-count",
    Step: {
      Name: "count",
      HadoopJarStep: { Args: expect.arrayContaining(["spark-submit", "--day", "today"]) },
    },
  });
});

test("runs the one job that the input names", async () => {
  await nightly.answer(EMR);
  const run = await nightly.run({ job: "train" });
  expect(run.status).toBe("SUCCEEDED");
  expect(done(run.states)).toEqual(["Make the cluster", "train", "Terminate"]);
});

test("puts the time of the start and the arguments of the input behind those of a job on demand", async () => {
  await nightly.answer(EMR);
  const run = await nightly.run({ job: "erase", arguments: ["--visitors", "s3://shop-logs/a list"] });
  expect(done(run.states)).toEqual(["Make the cluster", "erase", "Terminate"]);
  const { Step } = (await nightly.request("erase", run)) as { Step: { HadoopJarStep: { Args: string[] } } };
  const [, ...words] = Step.HadoopJarStep.Args.slice(
    Step.HadoopJarStep.Args.findIndex((word) => word.endsWith(".py")),
  );
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(words).toEqual(["--all", "--at", time, "--visitors", "s3://shop-logs/a list"]);
});

test.each([
  ["of no job", { arguments: ["--all"] }, "job must be given with arguments, got none"],
  ["that are one text", { job: "erase", arguments: "--all" }, "arguments must be a list of texts, got --all"],
  [
    "that are no texts",
    { job: "erase", arguments: ["--days", 3] },
    "arguments must be a list of texts, got ",
  ],
])("rejects arguments %s before anything is made", async (_, input, cause) => {
  await nightly.answer(EMR);
  const run = await nightly.run(input);
  expect(run).toMatchObject({ status: "FAILED", cause: expect.stringContaining(cause) });
  expect(done(run.states)).toEqual([]);
  expect(await nightly.holder()).toBeUndefined();
});

test("rejects a job that is not there before anything is made", async () => {
  await nightly.answer(EMR);
  const run = await nightly.run({ job: "trane" });
  expect(run).toMatchObject({ error: "NoSuchJob", cause: "job must be one of count, train, erase" });
  expect(done(run.states)).toEqual([]);
});

test("does nothing and ends well while another execution is at work", async () => {
  await nightly.answer({ ...EMR, "Look at the cluster": [cluster("STARTING")] });
  const first = await nightly.start();
  await nightly.until(first, ({ states }) => states.includes("Look at the cluster"));
  const second = await nightly.run();
  expect(second.status).toBe("SUCCEEDED");
  expect(second.states.at(-1)).toBe("Another is at work");
  expect(done(second.states)).toEqual([]);
  expect(await nightly.holder()).toBe(first);
  await nightly.answer(EMR);
  expect((await nightly.ended(first)).status).toBe("SUCCEEDED");
  expect(await nightly.holder()).toBeUndefined();
});

test("takes over the lock of an execution that was stopped", async () => {
  await nightly.answer({ ...EMR, "Look at the cluster": [cluster("STARTING")] });
  const stopped = await nightly.start();
  await nightly.until(stopped, ({ states }) => states.includes("Look at the cluster"));
  await nightly.stop(stopped);
  expect(await nightly.holder()).toBe(stopped);
  await nightly.answer(EMR);
  const next = await nightly.run();
  expect(next.states).toContain("Take over");
  expect(done(next.states)).toEqual(["Make the cluster", "count", "train", "Terminate"]);
  expect(await nightly.holder()).toBeUndefined();
});

test("fails with the reason of a cluster that did not start, ends it and unlocks", async () => {
  const ended = cluster("TERMINATED_WITH_ERRORS", "Subnet has no free addresses");
  await nightly.answer({ ...EMR, "Look at the cluster": [ended] });
  const run = await nightly.run();
  expect(run).toMatchObject({
    ...{ status: "FAILED", error: "ClusterDidNotStart" },
    cause: expect.stringContaining("Subnet has no free addresses"),
  });
  expect(done(run.states)).toEqual(["Make the cluster", "Terminate"]);
  expect(await nightly.holder()).toBeUndefined();
});

test("gives up on a cluster that takes no steps in time, and ends it", async () => {
  await nightly.answer({ ...EMR, "Look at the cluster": [cluster("BOOTSTRAPPING")] });
  const run = await nightly.run();
  expect(run).toMatchObject({ error: "ClusterDidNotStart", cause: expect.stringContaining("BOOTSTRAPPING") });
  expect(run.states.filter((state) => state === "Look at the cluster")).toHaveLength(10);
  expect(done(run.states)).toEqual(["Make the cluster", "Terminate"]);
});

test("tries a job that failed again, then stops the row, ends the cluster and fails with the cause", async () => {
  await nightly.answer({ ...EMR, count: [failed("no memory")] });
  const run = await nightly.run();
  expect(run).toMatchObject({ status: "FAILED", error: "States.TaskFailed", cause: "no memory" });
  expect(run.asked).toMatchObject({ count: 2 });
  expect(done(run.states)).toEqual(["Make the cluster", "count", "Terminate"]);
  expect(await nightly.holder()).toBeUndefined();
});

test("fails where the cluster cannot be ended, so that somebody hears of it", async () => {
  await nightly.answer({ ...EMR, Terminate: [failed("not authorized")] });
  expect(await nightly.run()).toMatchObject({ status: "FAILED", cause: "not authorized" });
  expect(await nightly.holder()).toBeUndefined();
});

test("fails on the embedded AWS with what it lacks, and unlocks", async () => {
  const run = await nightly.run({}, true);
  expect(run).toMatchObject({ status: "FAILED", cause: expect.stringContaining("createCluster") });
  expect(done(run.states)).toEqual(["Make the cluster"]);
  expect(await nightly.holder()).toBeUndefined();
});

test("runs jobs of a cluster that stays side by side: one that fails stops no other", async () => {
  await groups.answer({ count: [failed("no memory")], train: [ok] });
  const run = await groups.run();
  expect(run).toMatchObject({ status: "FAILED", cause: "no memory" });
  // A branch that broke off would go past the question.
  expect(run.states).toEqual(expect.arrayContaining(["Jobs", "Did one fail?", "count failed", "Unlock"]));
  expect(await groups.holder()).toBeUndefined();
});

test("destroys every engine, and leaves nothing behind", async () => {
  engines.synth(() => {}); // what is no longer there is taken away
  await (await TerraformPlan.of(engines.directory)).apply();
  const { Clusters } = await controlPlane.emr.call("ListClusters", { ClusterStates: ["WAITING", "RUNNING"] });
  expect(Clusters).toEqual([]);
  const { applications } = await controlPlane.serverless.call("GET", "/applications?states=CREATED");
  expect(applications).toEqual([]);
  const { buckets, tables, roles, logGroups, queues } = await inventory.everything();
  expect([buckets, tables, roles, logGroups, queues].flat()).toEqual([]);
});
