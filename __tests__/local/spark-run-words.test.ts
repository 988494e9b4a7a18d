import { errorIn, failureIn, resultIn, tailOf } from "../../local/spark-run-words";

const NOTES = "26/11/27 02:11:33 INFO SparkEnv: Registering\n26/11/27 02:11:34 WARN Utils: slow\n";

test("finds what a job says of its failure among Spark's words", () => {
  const log = `${NOTES}train_recommendations failed: s3://c/events must hold Parquet of the lake, got none\nNext: give --curated the bucket\n${NOTES}`;
  expect(failureIn(log)).toEqual({
    sentence: "s3://c/events must hold Parquet of the lake, got none",
    next: "give --curated the bucket",
  });
});

test("finds all mistakes in a job's arguments", () => {
  const log = `${NOTES}--foo is not an argument of aggregate_content\n--at must be an instant, got 'x'\nNext: aggregate_content.py --help shows an example`;
  expect(failureIn(log)).toEqual({
    sentence: "--foo is not an argument of aggregate_content\n--at must be an instant, got 'x'",
    next: "aggregate_content.py --help shows an example",
  });
});

test.each(["", NOTES, `${NOTES}Next: nothing of a job`])(
  "finds nothing where a job has said nothing: %j",
  (log) => {
    expect(failureIn(log)).toBeUndefined();
  },
);

const STACK = [
  'Exception in thread "main" org.apache.spark.SparkException: Job aborted',
  "\tat org.apache.spark.Foo.bar(Foo.scala:1)",
  "Caused by: java.lang.StackOverflowError",
  "\tat java.base/java.io.ObjectInputStream.readObject(ObjectInputStream.java:509)",
  "\t... 12 more",
  "py4j.Gateway.invoke(Gateway.java:238)",
  '  File "/a/b.py", line 3, in <module>',
  "    main()",
].join("\n");

test("names the last error of a log, without its package", () => {
  expect(errorIn(STACK)).toBe("StackOverflowError");
  expect(errorIn("ValueError: no")).toBe("ValueError: no");
  expect(errorIn(NOTES)).toBeUndefined();
});

test("shows the end of a log without stacks and notes, 20 lines of it", () => {
  expect(tailOf(`${NOTES}${STACK}\n`)).toBe(
    'Exception in thread "main" org.apache.spark.SparkException: Job aborted\nCaused by: java.lang.StackOverflowError',
  );
  const many = Array.from({ length: 50 }, (_, n) => `line ${n}`).join("\n");
  expect(tailOf(many).split("\n")).toEqual(Array.from({ length: 20 }, (_, n) => `line ${n + 30}`));
  expect(tailOf("x".repeat(5000))).toHaveLength(300);
});

test("reads the line of JSON that a job prints", () => {
  expect(resultIn('hello\n{"rows": 1}\n{"rows": 2}\nbye\n')).toEqual({ rows: 2 });
  expect(resultIn("{not JSON\n")).toBeUndefined();
  expect(resultIn("nothing")).toBeUndefined();
});
