import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { AwsJob, type AwsJobOptions } from "../../../cli/run-job/aws-job";
import { runJobText } from "../../../cli/run-job/text";
import { loadConfig } from "../../../config/load";
import { TestFolder } from "../../support/folder";
import { FakeContext } from "../fake-context";
import { FakeMachine } from "./fake-machine";

let clock = 0;
jest.mock("node:timers/promises", () => ({
  setTimeout: async (milliseconds: number) => {
    clock += milliseconds;
  },
}));
jest.spyOn(Date, "now").mockImplementation(() => clock);

const config = loadConfig("dev", { home: "." });
const folder = new TestFolder();
const JOB = "train-recommendations";
const AGAIN = `npx groundplan run-job dev ${JOB}`;

let aws: FakeMachine;
let context: FakeContext;
let told: string[];

beforeEach(() => {
  clock = 0;
  aws = new FakeMachine();
  context = new FakeContext();
  told = [];
});

function run(words: readonly string[] = [], options: Partial<AwsJobOptions> = {}) {
  const job = new AwsJob(context, config, aws.clients, JOB);
  const step = { update: (text: string) => void told.push(text) };
  return context.interrupt.looping(() => job.run(words, { wait: true, ...options }, step));
}

const entered = (name: string) => ({ stateEnteredEventDetails: { name } }) as HistoryEvent;
const STEP = [
  entered(JOB),
  { type: "TaskScheduled", taskScheduledEventDetails: { parameters: '"j-1ABCDEFGHIJKL"' } },
  { type: "TaskSubmitted", taskSubmittedEventDetails: { output: '{"StepId":"s-1ABCDEFGHIJKL"}' } },
] as HistoryEvent[];
const DRIVER = "containers/application_1_0002/container_1_0002_01_000001";
const FAILED = { status: "FAILED", error: "States.TaskFailed", cause: "Step failed", events: STEP };

describe("a start", () => {
  test("names job and arguments, and itself so that two never meet", async () => {
    const results = [await run(["--top", "5"], { wait: false }), await run([], { wait: false })];
    expect(aws.started).toEqual([
      {
        stateMachineArn: "arn:aws:states:eu-central-1:111111111111:stateMachine:atlas-dev-spark",
        name: results[0]?.run,
        input: `{"job":"${JOB}","arguments":["--top","5"]}`,
      },
      expect.objectContaining({ name: results[1]?.run, input: `{"job":"${JOB}"}` }),
    ]);
    expect(results[0]?.run).toMatch(/^train-recommendations-\d{8}T\d{6}Z-[0-9a-f]{6}$/);
    expect(results[0]?.run).not.toBe(results[1]?.run);
    const text = runJobText(
      { environment: "dev", ...results[0] } as never,
      () => "npx groundplan run-job dev",
    );
    expect(text).toBe(
      `${JOB} is started as ${results[0]?.run}.\n${AGAIN} --follow ${results[0]?.run} follows it.`,
    );
  });

  test("puts a file of this machine where the job may read it", async () => {
    const path = folder.file("list.txt", "ann\n");
    const { run: name } = await run(["--visitors", path], { wait: false });
    const key = `requests/${name}.txt`;
    expect([...aws.objects.keys()]).toEqual([key]);
    expect(aws.started[0]?.input).toBe(
      `{"job":"${JOB}","arguments":["--visitors","s3://atlas-dev-spark-111111111111-eu-central-1/${key}"]}`,
    );
  });

  test("rejects an environment without the machine", async () => {
    aws.errors.set("StartExecution", "StateMachineDoesNotExist");
    await expect(run()).rejects.toMatchObject({
      details: {
        message: "dev is not deployed, or its stack spark is not",
        next: "deploy dev (see the README)",
      },
    });
  });
});

describe("a run that is followed", () => {
  test("tells what it does, and gives what the job says once its log is there", async () => {
    aws.looks = [
      { status: "RUNNING" },
      { status: "RUNNING", events: [entered("Wait for the cluster")] },
      { status: "RUNNING", events: STEP },
      { status: "SUCCEEDED", events: [...STEP, entered("Terminate")] },
    ];
    aws.log("steps/s-1ABCDEFGHIJKL/stderr.gz", "Submitted application application_1_0002");
    aws.log(`${DRIVER}/stdout.gz`, '{"rows": 7}\n');
    const result = await run();
    expect(told).toEqual([`started as ${result.run}`, "waits for the cluster", `${JOB} runs`]);
    expect(result).toEqual({
      ...{ job: JOB, outcome: "succeeded", run: result.run, seconds: 61.5, result: { rows: 7 } },
    });
    expect(runJobText({ environment: "dev", ...result }, () => "")).toBe(
      `${JOB} succeeded in 61.5 s.\n\nthe job says\nrows          7`,
    );
    expect(clock).toBe(15_000);
  });

  test("ends well without the job's log, which comes later", async () => {
    aws.looks = [{ status: "SUCCEEDED", events: STEP }];
    const result = await run([], { follow: "run-1" });
    expect(result).toEqual({ job: JOB, outcome: "succeeded", run: "run-1", seconds: 61.5 });
    expect(aws.started).toEqual([]);
    expect(runJobText({ environment: "dev", ...result }, () => "npx groundplan run-job dev")).toBe(
      `${JOB} succeeded in 61.5 s.\n${AGAIN} --follow run-1 shows what it says of its run, once its log is there.`,
    );
  });

  test("goes on when the user looks no longer, and says how to look again", async () => {
    aws.onLook = () => void context.signals.emit("SIGINT");
    await expect(run([], { follow: "run-1" })).rejects.toMatchObject({
      name: "InterruptedError",
      message: `stopped looking: ${JOB} goes on as run-1`,
      next: `${AGAIN} --follow run-1`,
    });
  });

  test("rejects a run that AWS does not know", async () => {
    aws.errors.set("DescribeExecution", "ExecutionDoesNotExist");
    await expect(run([], { follow: "run-1" })).rejects.toThrow(
      "dev has no run run-1; AWS forgets one after 90 days",
    );
  });

  test("rejects a run that found another at work: its job did not run", async () => {
    aws.looks = [{ status: "SUCCEEDED", events: [entered("Another is at work")] }];
    await expect(run()).rejects.toMatchObject({
      details: {
        message: `${JOB} did not run: another run is at work, and there is one at a time`,
        next: `${AGAIN} when it has ended`,
      },
    });
  });
});

describe("a job that fails", () => {
  test("says it in its own words, which Spark prints where results are, and where all of the log is", async () => {
    aws.looks = [FAILED];
    aws.log(
      "steps/s-1ABCDEFGHIJKL/stderr.gz",
      "application_1_0001 failed\nSubmitted application application_1_0002",
    );
    aws.log(`${DRIVER.replace("_01_", "_00_")}/stdout.gz`, "an earlier attempt");
    aws.log(`${DRIVER}/stdout.gz`, "train_recommendations failed: no event\nNext: send events\n");
    aws.log(`${DRIVER}/stderr.gz`, "26/11/27 02:11:33 INFO SparkEnv: Registering\nSparkUserAppException: 1");
    await expect(run()).rejects.toMatchObject({
      details: {
        message: `${JOB} failed: no event`,
        said: `all of it: s3://atlas-dev-spark-111111111111-eu-central-1/atlas-dev-spark/logs/j-1ABCDEFGHIJKL/${DRIVER}/`,
        next: "send events",
      },
    });
  });

  test("says where wrong arguments are explained", async () => {
    aws.looks = [FAILED];
    aws.log("steps/s-1ABCDEFGHIJKL/stderr.gz", "Submitted application application_1_0002");
    aws.log(
      `${DRIVER}/stdout.gz`,
      "--foo is not an argument of train_recommendations\nNext: train_recommendations.py --help shows an example",
    );
    await expect(run()).rejects.toMatchObject({
      details: {
        message: `${JOB} failed: --foo is not an argument of train_recommendations`,
        next: `${AGAIN} -- --help shows an example`,
      },
    });
  });

  test("names Spark's error and the end of its log where the job has said nothing", async () => {
    aws.looks = [FAILED];
    aws.log("steps/s-1ABCDEFGHIJKL/stderr.gz", "Submitted application application_1_0002");
    aws.log(`${DRIVER}/stderr.gz`, "java.lang.OutOfMemoryError: Java heap space\n\tat a.b(C.java:1)\n");
    await expect(run()).rejects.toMatchObject({
      details: {
        message: `${JOB} failed: OutOfMemoryError: Java heap space`,
        said: expect.stringMatching(/^java\.lang\.OutOfMemoryError: Java heap space\nall of it: s3:/),
        next: `${AGAIN} -- --log-level WARN (Spark says more)`,
      },
    });
  });

  test("takes what spark-submit said where the driver's log does not come", async () => {
    aws.looks = [FAILED];
    aws.onLook = () => aws.log("steps/s-1ABCDEFGHIJKL/stderr.gz", "Error: no such file");
    await expect(run()).rejects.toMatchObject({
      details: {
        message: `${JOB} failed: States.TaskFailed: Step failed`,
        said: expect.stringMatching(/^Error: no such file\nall of it: s3:.*\/steps\/s-1ABCDEFGHIJKL\/$/),
      },
    });
    expect(clock).toBe(360_000);
  });

  test("says where the log will be when it has not come in six minutes", async () => {
    aws.looks = [FAILED];
    await expect(run([], { follow: "run-1" })).rejects.toMatchObject({
      details: {
        message: `${JOB} failed: States.TaskFailed: Step failed`,
        said: "its log will be below s3://atlas-dev-spark-111111111111-eu-central-1/atlas-dev-spark/logs/j-1ABCDEFGHIJKL/containers/",
        next: `${AGAIN} --follow run-1 (shows it once it is there)`,
      },
    });
    expect(told).toEqual(["waits for the log of the job, which EMR brings within five minutes"]);
  });

  test.each([
    [{ status: "ABORTED" }, "someone stopped the run"],
    [{ status: "TIMED_OUT" }, "it took longer than it may"],
    [
      { status: "FAILED", error: "NoSuchJob", cause: "job must be one of a" },
      "NoSuchJob: job must be one of a",
    ],
    [
      {
        status: "FAILED",
        error: "ClusterDidNotStart",
        cause: '{"State":"TERMINATED","StateChangeReason":{"Code":"X","Message":"no \\"spot\\" left"}}',
      },
      'the cluster did not start: no "spot" left',
    ],
  ])("says why it came to no step: %j", async (look, reason) => {
    aws.looks = [look];
    await expect(run()).rejects.toMatchObject({
      details: { message: `${JOB} failed: ${reason}`, next: AGAIN },
    });
  });
});
