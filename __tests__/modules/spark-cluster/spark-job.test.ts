import { tmpdir } from "node:os";
import { join } from "node:path";
import { Bucket } from "../../../modules";
import type { SparkJobProps } from "../../../modules/spark-cluster/jobs/job-props";
import { type PythonZipProps, zipPython } from "../../../modules/spark-cluster/jobs/python-zip";
import { type Checks, testOptions } from "../../support/feature-table";
import { aFile, aJob, anApplication, aSparkCluster, machineOf, ownWords } from "../../support/spark";
import { synth } from "../../support/synth";

const ZIPS = join(tmpdir(), "groundplan-synth", "zip");

const withJob = (job: Partial<SparkJobProps>) => synth((stack) => void aJob(aSparkCluster(stack), job));
const step = (job: Partial<SparkJobProps> = {}) => machineOf(withJob(job)).States.train;
const argsOf = (job: Partial<SparkJobProps> = {}) =>
  ownWords(Object(step(job)).Arguments.Step.HadoopJarStep.Args);
const pyFiles = () =>
  zipPython({
    packages: [aFile("lib/__init__.py", "").replace("/__init__.py", "")],
    directory: ZIPS,
  });

const JOB: Checks<SparkJobProps> = {
  description: [
    "is the role's",
    () => void withJob({ description: "Counts" }).one("aws_iam_role", { description: "Counts" }),
  ],
  entryFile: [
    "is what Spark starts, from S3",
    () =>
      expect(argsOf().at(-1)).toMatch(/^s3:\/\/artefacts\/trainer\/jobs\/train\/[0-9a-f]{16}\/train\.py$/),
  ],
  pyFiles: [
    "are none, unless told",
    () => {
      expect(argsOf()).not.toContain("--py-files");
      expect(argsOf({ pyFiles: pyFiles() })).toEqual(
        expect.arrayContaining([
          "--py-files",
          expect.stringMatching(/^s3:\/\/artefacts\/trainer\/jobs\/train\/[0-9a-f]{16}\/packages\.zip$/),
        ]),
      );
    },
  ],
  arguments: [
    "come after the entry file",
    () => expect(argsOf({ arguments: ["--rank", "8"] }).slice(-2)).toEqual(["--rank", "8"]),
  ],
  startTimeOption: [
    "comes behind the arguments, with the start in whole seconds; there is none unless told",
    () => {
      const text = JSON.stringify(step({ arguments: ["--rank"], startTimeOption: "--at" }));
      const time = '\\"--at\\", $substring($states.context.Execution.StartTime, 0, 19) & \\"Z\\"]';
      expect(text).toContain(`\\"--rank\\", ${time}`);
      expect(JSON.stringify(step())).not.toContain("StartTime");
    },
  ],
  onDemand: [
    "leaves the job out of all jobs; it is in unless told otherwise",
    () => {
      const asked = (job: Partial<SparkJobProps>) =>
        machineOf(withJob(job)).States["Is train asked for?"]?.Choices;
      expect(asked({})).toHaveLength(2);
      expect(asked({ onDemand: true })).toEqual([expect.objectContaining({ And: expect.anything() })]);
    },
  ],
  configuration: [
    "is the job's alone",
    () =>
      expect(argsOf({ configuration: { "spark.executor.memory": "4g" } })).toContain(
        "spark.executor.memory=4g",
      ),
  ],
  retries: [
    "are none, unless told",
    () => {
      expect(step()).not.toHaveProperty("Retry");
      expect(step({ retries: 3 })?.Retry).toMatchObject([{ MaxAttempts: 3 }]);
    },
  ],
  timeoutSeconds: [
    "is two hours, unless told otherwise",
    () => {
      expect(step()).toMatchObject({ TimeoutSeconds: 7_200 });
      expect(step({ timeoutSeconds: 60 })).toMatchObject({ TimeoutSeconds: 60 });
    },
  ],
  onFailure: [
    "stops those behind it, unless told otherwise",
    () => {
      const next = (onFailure: "stop" | "continue") => {
        const tf = synth((stack) => {
          const spark = aSparkCluster(stack);
          aJob(spark, { onFailure });
          aJob(spark, {}, "count");
        });
        return machineOf(tf).States.train?.Catch;
      };
      expect(next("stop")).toMatchObject([{ Next: "Terminate" }]);
      expect(next("continue")).toMatchObject([{ Next: "Is count asked for?" }]);
    },
  ],
};

const ZIP: Checks<PythonZipProps> = {
  packages: ["are the folders that are packed", () => expect(pyFiles().path).toMatch(/[0-9a-f]{16}\.zip$/)],
  directory: ["is where the zip is", () => expect(pyFiles().path).toContain(ZIPS)],
};

test("is uploaded after a bucket of its own stack", () => {
  const bucketName = "own";
  const tf = synth((stack) => {
    const artefacts = new Bucket(stack, "Own", { bucketName, keyAlias: "alias/orders" });
    aJob(aSparkCluster(stack, { artefacts }));
  });
  tf.one("aws_s3_object", {
    bucket: bucketName,
    depends_on: [expect.stringMatching(/^aws_s3_bucket\.Own_/)],
  });
});

test("a machine comes after its log and after a bucket for logs of its own stack", () => {
  const tf = synth((stack) => {
    const logs = new Bucket(stack, "Own", { bucketName: "own", keyAlias: "alias/orders" });
    aJob(aSparkCluster(stack, { logs }));
  });
  expect(tf.one("aws_sfn_state_machine").depends_on).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^aws_cloudwatch_log_group\.Spark_Log_/),
      expect.stringMatching(/^aws_s3_bucket\.Own_/),
    ]),
  );
});

test("the same job runs on a cluster and on EMR Serverless", () => {
  const job: Partial<SparkJobProps> = { arguments: ["--rank", "8"], configuration: { "spark.a": "1" } };
  const cluster = machineOf(withJob(job)).States.train;
  const serverless = machineOf(synth((stack) => void aJob(anApplication(stack), job))).States.train;
  const entry = argsOf(job).find((word) => word.endsWith("train.py"));
  expect(JSON.stringify(cluster)).toContain(entry);
  expect(serverless).toMatchObject({
    Resource: "arn:aws:states:::emr-serverless:startJobRun.sync",
    Arguments: {
      JobDriver: { SparkSubmit: { EntryPoint: entry, SparkSubmitParameters: "--conf spark.a=1" } },
    },
  });
  expect(ownWords(Object(serverless).Arguments.JobDriver.SparkSubmit.EntryPointArguments)).toEqual([
    "--rank",
    "8",
  ]);
});

testOptions({ SparkJobProps: JOB, PythonZipProps: ZIP });
