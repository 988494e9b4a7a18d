import { deployedJob } from "../../../cli/run-job/deployed-job";
import { loadConfig } from "../../../config/load";
import { holding, STATE, SUBMIT } from "./state";

const config = loadConfig("local", { home: "." });

test("gives how a job is run, and what its own role may read", async () => {
  expect(await deployedJob(config, holding(STATE), "train-recommendations")).toEqual({
    submit: SUBMIT,
    roleName: "atlas-local-spark-train-recommendations",
    readable: [
      { bucket: "curated", key: "events/" },
      { bucket: "curated", key: "recommendations/" },
      { bucket: "other", key: "a/" },
    ],
  });
});

test.each([
  ["no state", undefined],
  ["a state that was destroyed", { outputs: {}, resources: [] }],
  ["a state without the job", { ...STATE, outputs: { jobs: { value: "{}" } } }],
])("rejects %s, and says how to deploy", async (_, state) => {
  await expect(deployedJob(config, holding(state), "train-recommendations")).rejects.toMatchObject({
    details: { message: "train-recommendations is not deployed to local", next: "npx groundplan up local" },
  });
});

test("rejects a state that is not as Terraform writes it", async () => {
  const state = { outputs: { jobs: { value: 5 } }, resources: [] };
  await expect(deployedJob(config, holding(state), "train-recommendations")).rejects.toThrow(
    "expected string",
  );
});
