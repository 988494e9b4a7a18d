import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { BUSY, storyOf, TOLD } from "../../../cli/run-job/story";
import { machineOf, sparkCluster } from "../../support/spark";

const entered = (name: string) =>
  ({ type: "TaskStateEntered", stateEnteredEventDetails: { name } }) as HistoryEvent;
const scheduled = (parameters = "{}") =>
  ({ type: "TaskScheduled", taskScheduledEventDetails: { parameters } }) as HistoryEvent;
const submitted = (output: string) =>
  ({ type: "TaskSubmitted", taskSubmittedEventDetails: { output } }) as HistoryEvent;
const failed = { type: "TaskFailed", taskFailedEventDetails: { cause: "{}" } } as HistoryEvent;

const MADE = {
  type: "TaskSucceeded",
  taskSucceededEventDetails: { output: '{"ClusterId":"j-1ABCDEFGHIJKL"}' },
} as HistoryEvent;
const BEFORE = [entered("Begin"), entered("Make the cluster"), scheduled(), MADE];
const RUNS = [...BEFORE, entered("train"), scheduled('{"ClusterId":"j-1ABCDEFGHIJKL"}')];

test("names states that the machine has", () => {
  const { States } = machineOf(sparkCluster());
  for (const name of [...Object.keys(TOLD), BUSY, "train"]) expect(Object.keys(States)).toContain(name);
});

test.each([
  ["at its beginning", [entered("Begin")], undefined],
  ["that makes a cluster", BEFORE, "asks for a cluster"],
  [
    "that looks at its cluster",
    [...BEFORE, entered("Wait for the cluster"), entered("Count")],
    "waits for the cluster",
  ],
  ["whose job runs", RUNS, "train runs"],
  ["whose job has failed", [...RUNS, failed], "train has failed: try 1"],
  ["whose job is tried again", [...RUNS, failed, scheduled()], "train runs again: try 2"],
  ["that ends its cluster", [...RUNS, entered("Terminate"), scheduled()], "ends the cluster"],
])("tells of a run %s", (_, events, said) => {
  expect(storyOf(events, "train").said).toBe(said);
});

test("knows the cluster, and the step of the last try", () => {
  const first = [submitted('{"StepId":"s-1ABCDEFGHIJKL"}'), failed];
  const second = [scheduled(), submitted('{"StepId":"s-2ABCDEFGHIJKL"}'), entered("Terminate")];
  expect(storyOf([...RUNS, ...first, ...second], "train")).toMatchObject({
    cluster: "j-1ABCDEFGHIJKL",
    step: "s-2ABCDEFGHIJKL",
    busy: false,
  });
});

test("knows a run that found another at work", () => {
  expect(storyOf([entered("Lock"), entered(BUSY)], "train").busy).toBe(true);
});
