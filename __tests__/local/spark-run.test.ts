import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { identityOf } from "../../local/process-identity";
import { runSpark } from "../../local/spark-run";
import { TestFolder } from "../support/folder";

const folder = new TestFolder();
const submit = { entryPoint: "s3://spark/train.py", arguments: ["--top", "5"], configuration: {} };
const place = join(folder.path, "run");

/** Runs `shell` where spark-submit would be. */
function run(shell: string, options: Partial<Parameters<typeof runSpark>[0]> = {}) {
  const python = join(dirname(folder.script("bin/spark-submit", shell)), "python");
  return runSpark({
    ...{ submit, folder: place, python, java: "/java", seconds: 60, isStopped: () => false },
    ...options,
  });
}

test("gives what Spark says on both streams, stacks left out, and how it ends", async () => {
  const end = await run(
    'echo "$4 $5"; echo "{\\"rows\\": 1}"; printf "Error: x\\n\\tat a.b(C.java:1)\\nEnd\\n" >&2; exit 3',
  );
  expect(end.code).toBe(3);
  expect(end.stdout).toContain('{"rows": 1}');
  expect(end.stderr).toBe("Error: x\nEnd");
});

test("keeps the end of what is said", async () => {
  const { stdout } = await run("seq 1 1000");
  expect(stdout.split("\n")).toEqual(Array.from({ length: 400 }, (_, n) => String(n + 601)));
});

test("hands on no Spark, no Java options and no AWS of the user's own", async () => {
  const mine = ["SPARK_HOME", "PYSPARK_SUBMIT_ARGS", "JAVA_TOOL_OPTIONS", "AWS_PROFILE", "_JAVA_OPTIONS"];
  for (const name of mine) process.env[name] = "mine";
  try {
    const { stdout } = await run("env; pwd");
    expect(stdout).not.toContain("mine");
    expect(stdout).toContain("JAVA_HOME=/java");
    expect(stdout).toContain("SPARK_LOCAL_IP=127.0.0.1");
    expect(stdout).toContain(`TMPDIR=${place}/tmp`);
    expect(stdout.endsWith(place)).toBe(true);
  } finally {
    for (const name of mine) delete process.env[name];
  }
});

test("ends all that it has started when it is stopped", async () => {
  let stopped = false;
  const child = join(folder.path, "child");
  const end = run(`sleep 50 & echo $! > ${child}; sleep 50`, { isStopped: () => stopped });
  while (!existsSync(child) || readFileSync(child, "utf8") === "") {
    await new Promise((wait) => setTimeout(wait, 20));
  }
  stopped = true;
  expect(await end).toMatchObject({ code: undefined });
  expect(identityOf(Number(readFileSync(child, "utf8")))).toBeUndefined();
});

test("ends a run whose time is over, and tells the seconds of one that runs", async () => {
  const onSeconds = jest.fn();
  expect(await run("sleep 50", { seconds: 1, onSeconds })).toMatchObject({ code: undefined });
  expect(onSeconds).toHaveBeenCalledWith(1);
});

test("rejects where there is no spark-submit", async () => {
  await expect(
    runSpark({
      submit,
      folder: place,
      python: "/nowhere/python",
      java: "/java",
      seconds: 1,
      isStopped: () => false,
    }),
  ).rejects.toThrow("ENOENT");
});
