import { stepArguments } from "../../../modules/spark-cluster";
import { submitParameters } from "../../../modules/spark-cluster/jobs/spark-submit";

const SUBMIT = {
  entryPoint: "s3://artefacts/train.py",
  pyFiles: "s3://artefacts/packages.zip",
  arguments: ["--rank", "8"],
  configuration: { "spark.b": "two words", "spark.a": "1" },
};

test("is a line for spark-submit, with the driver in the cluster and settings sorted", () => {
  expect(stepArguments(SUBMIT)).toEqual([
    ...["spark-submit", "--deploy-mode", "cluster", "--py-files", "s3://artefacts/packages.zip"],
    ...["--conf", "spark.a=1", "--conf", "spark.b=two words", "s3://artefacts/train.py", "--rank", "8"],
  ]);
});

test("leaves out what there is none of", () => {
  expect(stepArguments({ entryPoint: "s3://a/b.py", arguments: [], configuration: {} })).toEqual(
    "spark-submit --deploy-mode cluster s3://a/b.py".split(" "),
  );
});

test.each([
  ["1", "spark.a=1"],
  ["a b", "'spark.a=a b'"],
  ["it's", "'spark.a=it'\\''s'"],
])("is one text for EMR Serverless, in which %s is quoted as a shell does", (value, word) => {
  const submit = { ...SUBMIT, configuration: { "spark.a": value } };
  expect(submitParameters(submit)).toBe(`--py-files s3://artefacts/packages.zip --conf ${word}`);
});
