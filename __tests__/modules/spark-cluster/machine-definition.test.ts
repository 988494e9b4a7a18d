import { clusterStates, terminateStates } from "../../../modules/spark-cluster/machine/emr-states";
import type { MachineJob } from "../../../modules/spark-cluster/machine/job-states";
import {
  type MachineDefinition,
  machineDefinition,
  NO_SURROUNDINGS,
  type Surroundings,
} from "../../../modules/spark-cluster/machine/machine-definition";

type State = Readonly<Record<string, unknown>>;
type States = Readonly<Record<string, State>>;

const job = (jobName: string, props: Partial<MachineJob> = {}): MachineJob => ({
  jobName,
  retries: 0,
  timeoutSeconds: 60,
  onFailure: "stop",
  onDemand: false,
  task: { Resource: `arn:run-${jobName}` },
  ...props,
});

const TRANSIENT: Surroundings = {
  before: (next) => ({ first: "Make the cluster", states: clusterStates({ Name: "trainer" }, 30, next) }),
  after: (next) => ({ first: "Terminate", states: terminateStates(next) }),
};

const define = (props: Partial<MachineDefinition> = {}) =>
  machineDefinition({
    comment: "Trains",
    lockTableName: "trainer-lock",
    jobs: [job("a"), job("b")],
    sideBySide: false,
    surroundings: TRANSIENT,
    ...props,
  }) as { readonly StartAt: string; readonly States: States };

const state = (name: string, props: Partial<MachineDefinition> = {}) => define(props).States[name];

/** The states that may follow a state, in any way. */
function following({ Next, Default, Catch = [], Choices = [] }: State): string[] {
  const steps = [...(Catch as State[]), ...(Choices as State[])].map((step) => step.Next);
  return [Next, Default, ...steps].filter((name) => name !== undefined).map(String);
}

/** The states that can be reached from a state without going through those that are walls. */
function reachable(states: States, from: string, walls: readonly string[] = []): string[] {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name) || walls.includes(name)) return;
    seen.add(name);
    for (const next of following(states[name] ?? {})) visit(next);
  };
  visit(from);
  return [...seen];
}

const SHAPES: [string, Partial<MachineDefinition>][] = [
  ["jobs in a row", {}],
  ["jobs that go on", { jobs: [job("a", { onFailure: "continue" }), job("b")] }],
  ["jobs side by side", { sideBySide: true }],
  ["one job", { jobs: [job("a")] }],
  ["a job on demand", { jobs: [job("a"), job("b", { onDemand: true })] }],
  ["jobs on demand alone", { jobs: [job("a", { onDemand: true })] }],
  ["nothing around them", { surroundings: NO_SURROUNDINGS }],
];

describe.each(SHAPES)("a machine with %s", (_title, props) => {
  const { StartAt, States } = define(props);

  test("has every state that it names, and reaches every state that it has", () => {
    expect(reachable(States, StartAt).sort()).toEqual(Object.keys(States).sort());
  });

  test("gives the lock back on every way to its end", () => {
    const free = ["Another is at work"];
    const ends = reachable(States, "Lock", ["Unlock"]).filter((name) =>
      ["Succeed", "Fail"].includes(String(States[name]?.Type)),
    );
    expect(ends.filter((name) => !free.includes(name))).toEqual([]);
  });
});

test("terminates the cluster on every way from where there is one", () => {
  for (const [, props] of SHAPES.filter(([title]) => title !== "nothing around them")) {
    const { States } = define(props);
    expect(reachable(States, "Wait for the cluster", ["Terminate"])).not.toContain("Unlock");
  }
});

test("goes no further when EMR makes no cluster", () => {
  expect(state("Make the cluster")?.Catch).toEqual([
    { ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "Unlock" },
  ]);
});

test("goes on to the end after a cluster that cannot be looked at, and keeps the cause", () => {
  expect(state("Look at the cluster")?.Catch).toEqual([
    { ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "Terminate" },
  ]);
});

test("goes on to the end after a step that fails, and keeps the cause", () => {
  const kept = '{% $merge([$states.input, { "failure": $states.errorOutput }]) %}';
  expect(state("a")?.Catch).toEqual([{ ErrorEquals: ["States.ALL"], Output: kept, Next: "Terminate" }]);
});

test("a step leaves the machine's own data as they are", () => {
  expect(state("a")).toMatchObject({ QueryLanguage: "JSONata", Output: "{% $states.input %}" });
});

test("runs the next job after one that may fail, and fails in the end", () => {
  const props = { jobs: [job("a", { onFailure: "continue" }), job("b")] };
  expect(state("a", props)?.Catch).toMatchObject([{ Next: "Is b asked for?" }]);
  expect(state("Was there a failure?", props)).toMatchObject({
    Choices: [{ Variable: "$.failure", IsPresent: true, Next: "Failed" }],
  });
});

test("fails with the cause that it kept", () => {
  expect(state("Failed")).toEqual({
    Type: "Fail",
    ErrorPath: "$.failure.Error",
    CausePath: "$.failure.Cause",
  });
});

test("a cluster that cannot be terminated fails the execution", () => {
  expect(state("Terminate")?.Catch).toMatchObject([{ ResultPath: "$.failure", Next: "Unlock" }]);
});

test("tries a job again as often as it says, and no job that says nothing", () => {
  expect(state("a", { jobs: [job("a", { retries: 2 })] })?.Retry).toMatchObject([
    { ErrorEquals: ["States.TaskFailed", "States.Timeout"], MaxAttempts: 2 },
  ]);
  expect(state("a")).not.toHaveProperty("Retry");
});

test("waits for a cluster no longer than it says", () => {
  expect(state("Does it take steps?")?.Choices).toContainEqual({
    Variable: "$.polls.count",
    NumericGreaterThanEquals: 60,
    Next: "It did not start",
  });
});

test.each(["TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS"])(
  "adds no step to a cluster that is %s",
  (StringEquals) => {
    expect(state("Does it take steps?")?.Choices).toContainEqual({
      Variable: "$.status.Status.State",
      StringEquals,
      Next: "It did not start",
    });
  },
);

test("side by side, one that fails stops no other and fails the execution", () => {
  const { States } = define({ sideBySide: true });
  const branches = States.Jobs?.Branches as { readonly States: States }[];
  expect(branches.map((branch) => branch.States.a?.Catch ?? branch.States.b?.Catch)).toMatchObject([
    [{ Output: expect.stringContaining("failure"), Next: "a ended" }],
    [{ Output: expect.stringContaining("failure"), Next: "b ended" }],
  ]);
  expect(States["Did one fail?"]).toMatchObject({
    Choices: [
      { Variable: "$.jobs[0].failure", Next: "a failed" },
      { Variable: "$.jobs[1].failure", Next: "b failed" },
    ],
  });
  expect(States["b failed"]).toMatchObject({ InputPath: "$.jobs[1].failure", ResultPath: "$.failure" });
});

const NOT_NAMED = { Variable: "$$.Execution.Input.job", IsPresent: false };
const named = (StringEquals: string) => ({
  And: [
    { Variable: "$$.Execution.Input.job", IsPresent: true },
    { Variable: "$$.Execution.Input.job", StringEquals },
  ],
});

test("runs the one job that the input names", () => {
  expect(state("Is a asked for?")).toEqual({
    Type: "Choice",
    Choices: [
      { ...NOT_NAMED, Next: "a" },
      { ...named("a"), Next: "a" },
    ],
    Default: "Is b asked for?",
  });
});

test("runs a job on demand only when the input names it", () => {
  const jobs = [job("a", { onDemand: true }), job("b")];
  expect(state("Is a asked for?", { jobs })?.Choices).toEqual([{ ...named("a"), Next: "a" }]);
});

test("rejects an input without a job where all are on demand", () => {
  const first = (onDemand: boolean) =>
    Object(state("Is the job known?", { jobs: [job("a", { onDemand }), job("b", { onDemand: true })] }))
      .Choices[0];
  expect(first(false)).toEqual({ ...NOT_NAMED, Next: "Lock" });
  expect(first(true)).toEqual({ ...named("a"), Next: "Lock" });
});

test("looks at the arguments before anything else", () => {
  expect(state("Begin")).toMatchObject({ Next: "Are the arguments right?" });
});

test("rejects arguments without a job", () => {
  expect(state("Are the arguments right?")?.Choices).toContainEqual({
    Condition: "{% $not($exists($states.context.Execution.Input.job)) %}",
    Next: "Arguments of no job",
  });
  expect(state("Arguments of no job")).toEqual({
    Type: "Fail",
    Error: "ArgumentsOfNoJob",
    Cause: "job must be given with arguments, got none",
  });
});

test("rejects arguments that are no list of texts", () => {
  expect(state("Are the arguments right?")).toMatchObject({ Default: "No list of texts" });
  expect(state("No list of texts")).toMatchObject({
    Error: "ArgumentsNotTexts",
    Cause: expect.stringContaining("arguments must be a list of texts, got "),
  });
});

test("rejects a job that is not there before it locks", () => {
  expect(state("Is the job known?")).toMatchObject({ Default: "No such job" });
  expect(state("No such job")).toMatchObject({ Cause: "job must be one of a, b" });
});

test("takes nothing of the input into its own data", () => {
  expect(state("Begin")).toMatchObject({ Type: "Pass", Parameters: { polls: { count: 0 } } });
});

test("takes the lock where there is none, or where it holds it already", () => {
  expect(state("Lock")?.Parameters).toMatchObject({
    TableName: "trainer-lock",
    ConditionExpression: "attribute_not_exists(id) OR holder = :holder",
    ExpressionAttributeValues: { ":holder": { "S.$": "$$.Execution.Id" } },
  });
});

test("ends well while the holder of the lock runs, and takes over when it does not", () => {
  expect(state("Does it run?")).toEqual({
    Type: "Choice",
    Choices: [{ Variable: "$.holder.Status", StringEquals: "RUNNING", Next: "Another is at work" }],
    Default: "Take over",
  });
  expect(state("Another is at work")).toEqual({ Type: "Succeed" });
});

test("takes over from the holder that it has seen, and from no other", () => {
  expect(state("Take over")).toMatchObject({
    Parameters: {
      ConditionExpression: "holder = :holder",
      ExpressionAttributeValues: { ":holder": { "S.$": "$.lock.Item.holder.S" } },
    },
    Catch: [{ ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"], Next: "Another is at work" }],
  });
});

test("gives back its own lock alone", () => {
  expect(state("Unlock")?.Parameters).toMatchObject({
    Key: { id: { S: "lock" } },
    ConditionExpression: "holder = :holder",
    ExpressionAttributeValues: { ":holder": { "S.$": "$$.Execution.Id" } },
  });
});
