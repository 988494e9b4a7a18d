import { CommandError } from "../../../cli/failure";
import { jobNamed } from "../../../cli/run-job/job-name";
import { loadConfig } from "../../../config/load";

const config = loadConfig("local", { home: "." });

test.each(["train-recommendations", "train_recommendations"])("knows the job by %s", (name) => {
  expect(jobNamed(name, config)).toBe("train-recommendations");
});

test.each([
  ["trian-recommendations", "npx groundplan run-job local train-recommendations"],
  ["compact", "npx groundplan run-job local compact-curated"],
  ["nothing-like-it", "npx groundplan run-job local <job>"],
])("rejects %s, names all jobs and the one that was meant", (name, next) => {
  const message = `job must be one of compact-curated, aggregate-content, train-recommendations, erase-visitors, got ${name}`;
  expect(() => jobNamed(name, config)).toThrow(
    expect.objectContaining({ details: { message, next } }) as unknown as Error,
  );
});

test("rejects every job of an environment that has none", () => {
  const { spark, ...others } = config;
  expect(spark).toBeDefined();
  expect(() => jobNamed("compact-curated", others)).toThrow(
    new CommandError({ message: "local has no Spark jobs: its file has no section spark" }),
  );
});
