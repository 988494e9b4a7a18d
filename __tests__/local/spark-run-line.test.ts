import { addressesIn, localLine } from "../../local/spark-run-line";
import { stepArguments } from "../../modules";

const SUBMIT = {
  entryPoint: "s3://spark/jobs/train.py",
  pyFiles: "s3://spark/jobs/packages.zip",
  arguments: ["--curated", "s3://curated", "--visitors=s3://spark/requests/a b.txt", "--top", "5"],
  configuration: { "spark.executor.memory": "1g", "spark.driver.memory": "9g" },
};

test("names the places of the run's own files and of its arguments", () => {
  expect(addressesIn(SUBMIT)).toEqual([
    { bucket: "spark", key: "jobs/train.py" },
    { bucket: "spark", key: "jobs/packages.zip" },
    { bucket: "curated", key: "" },
    { bucket: "spark", key: "requests/a b.txt" },
  ]);
});

test("names no place of a job without packages and arguments but its file", () => {
  expect(addressesIn({ entryPoint: "s3://spark/a.py", arguments: [], configuration: {} })).toEqual([
    { bucket: "spark", key: "a.py" },
  ]);
});

test("is the line of EMR's step, but for places, master and settings of this machine", () => {
  const line = localLine(SUBMIT, "/home/x/run");
  const settings = line.filter((_, index) => line[index - 1] === "--conf");
  const others = line.filter((word, index) => word !== "--conf" && line[index - 1] !== "--conf");
  expect(others).toEqual([
    "spark-submit",
    "--master",
    "local[2]",
    "--py-files",
    "/home/x/run/s3/spark/jobs/packages.zip",
    "/home/x/run/s3/spark/jobs/train.py",
    "--curated",
    "/home/x/run/s3/curated",
    "--visitors=/home/x/run/s3/spark/requests/a b.txt",
    "--top",
    "5",
  ]);
  expect(settings).toEqual(
    expect.arrayContaining([
      "spark.executor.memory=1g",
      "spark.driver.memory=2g",
      "spark.ui.enabled=false",
      "spark.driver.bindAddress=127.0.0.1",
      "spark.local.dir=/home/x/run/spark",
    ]),
  );
});

test("has a place for the mode in which EMR runs it", () => {
  expect(stepArguments(SUBMIT)).toEqual(expect.arrayContaining(["--deploy-mode", "cluster"]));
});
