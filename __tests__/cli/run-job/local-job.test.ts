import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { runSparkJob } from "../../../cli/run-job/local-job";
import { runJobText } from "../../../cli/run-job/text";
import { loadConfig } from "../../../config/load";
import { FakeS3 } from "../../local/spark-run-s3";
import { TestFolder } from "../../support/folder";
import { FakeContext } from "../fake-context";
import { holding, STATE, SUBMIT } from "./state";

const folder = new TestFolder();
const home = folder.home();
const s3 = new FakeS3();
let python: string;

jest.mock("../../../local/find-java", () => ({ findJava: async () => "/java" }));
jest.mock("../../../local/spark-python", () => ({ sparkPython: async () => python }));
const asked: string[] = [];
jest.mock("../../../local/spark-run-role", () => ({
  s3As: async ({ roleName }: { roleName: string }): Promise<S3Client> => {
    asked.push(roleName);
    return Object.assign(Object.create(s3.client), { destroy: () => {} });
  },
}));

const config = loadConfig("local", { home: "." });
const JOB = "train-recommendations";
const AGAIN = "npx groundplan run-job local train-recommendations";
const KEYS = {
  entry: "atlas-local-spark/jobs/train/1/train.py",
  zip: "atlas-local-spark/jobs/train/1/packages.zip",
};
const bucketOf = (address: string) => address.split("/")[2] ?? "";
const CURATED = bucketOf(SUBMIT.arguments[1] ?? "");

/** As STATE, with the buckets' real names. */
const state = JSON.parse(
  JSON.stringify(STATE)
    .replaceAll("arn:aws:s3:::curated/events", `arn:aws:s3:::${CURATED}/events`)
    .replaceAll("arn:aws:s3:::curated/recommendations", `arn:aws:s3:::${CURATED}/recommendations`)
    .replaceAll("arn:aws:s3:::other/a", `arn:aws:s3:::${bucketOf(SUBMIT.entryPoint)}/atlas-local-spark/jobs`),
);

let context: FakeContext;
let told: string[];

beforeEach(() => {
  context = new FakeContext();
  Object.assign(context, { environment: "local" });
  told = [];
  s3.put(KEYS.entry, "print()");
  s3.put(KEYS.zip, "zip");
  s3.put("events/1.parquet", "one");
  s3.put("recommendations/manifest.json", "before");
  s3.put("heads/1", "not the job's");
});

/** Runs the job with `shell` in the place of spark-submit; `$CURATED` is the copy of the bucket. */
function run(shell: string, words: readonly string[] = []) {
  const copy = join(home, "local", "tmp", "spark-job", "s3", CURATED);
  python = join(dirname(folder.script("bin/spark-submit", `CURATED='${copy}'; ${shell}`)), "python");
  const step = { update: (text: string) => void told.push(text) };
  return runSparkJob(context, config, holding(state), { job: JOB, arguments: words }, step);
}

const PUBLISHES =
  "mkdir -p $CURATED/recommendations/run=2; echo row > $CURATED/recommendations/run=2/a; echo after > $CURATED/recommendations/manifest.json";

test("runs the job on a copy of what its role may read, as that role, and puts back what it has made", async () => {
  const result = await run(
    `find $CURATED -type f -printf '%P ' >&2; cat $CURATED/events/1.parquet >&2; ${PUBLISHES}; echo '{"rows": 7}'`,
  );
  expect(asked.at(-1)).toBe("atlas-local-spark-train-recommendations");
  expect(result).toEqual({
    job: JOB,
    seconds: expect.any(Number),
    result: { rows: 7 },
    files: { read: 4, written: 2, deleted: 0 },
  });
  expect(s3.texts).toMatchObject({
    "recommendations/run=2/a": "row\n",
    "recommendations/manifest.json": "after\n",
    "heads/1": "not the job's",
  });
  expect(told).toEqual(
    expect.arrayContaining(["copies 1 of 4 files", "Spark runs", "puts back 1 of 2 files"]),
  );
  expect(readdirSync(join(home, "local", "tmp"))).toEqual([]);
});

test("gives the job the time of its start, and the user's arguments behind its own", async () => {
  const list = folder.file("list.txt", "ann");
  const { printed } = await run('echo "$@"', ["--visitors", list]);
  expect(printed).toMatch(
    new RegExp(
      `--curated \\S+/s3/${CURATED} --at \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ --visitors ${list}$`,
    ),
  );
});

test("copies nothing but the job's files to show its help", async () => {
  const result = await run("echo usage", ["--help"]);
  expect(result.files.read).toBe(2);
  expect(runJobText({ environment: "local", outcome: "succeeded", ...result, seconds: 2 }, () => "")).toBe(
    `${JOB} succeeded in 2 s: 2 files read, 0 written, 0 deleted.\n\nusage`,
  );
});

test("rejects with the job's own words when it fails, and leaves the bucket as it was", async () => {
  const before = s3.texts;
  await expect(
    run(`${PUBLISHES}; echo 'train_recommendations failed: no event'; echo 'Next: send events'; exit 1`),
  ).rejects.toMatchObject({ details: { message: `${JOB} failed: no event`, next: "send events" } });
  expect(s3.texts).toEqual(before);
  expect(readdirSync(join(home, "local", "tmp"))).toEqual([]);
});

test("rejects with Spark's exit code where nothing was said", async () => {
  await expect(run("exit 137")).rejects.toMatchObject({
    details: {
      message: `${JOB} failed: Spark ended with 137`,
      next: `${AGAIN} -- --log-level WARN (Spark says more)`,
    },
  });
});

test("rejects what another has changed meanwhile", async () => {
  s3.before = (call) => {
    if (call === "PUT recommendations/manifest.json") s3.put("recommendations/manifest.json", "another's");
  };
  await expect(run(PUBLISHES)).rejects.toMatchObject({
    details: {
      message: `${JOB} failed: s3://${CURATED}/recommendations/manifest.json was changed while the job ran, and is as it was put there`,
      next: `${AGAIN} (it begins with what is there now)`,
    },
  });
});

test("stops on Ctrl-C, and leaves the bucket as it was", async () => {
  const before = s3.texts;
  const stopped = run(`${PUBLISHES}; sleep 50`);
  while (!told.includes("Spark runs")) await new Promise((wait) => setTimeout(wait, 20));
  context.signals.emit("SIGINT");
  await expect(stopped).rejects.toMatchObject({
    name: "InterruptedError",
    message: `stopped: ${JOB} has changed nothing`,
    next: AGAIN,
  });
  expect(s3.texts).toEqual(before);
  expect(existsSync(join(home, "local", "tmp", "spark-job"))).toBe(false);
});
