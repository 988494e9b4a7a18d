import { setTimeout as pause } from "node:timers/promises";
import { JsonService } from "./json-service";
import type { Place } from "./query-service";

/** What a state is told in place of what the service behind it would say. */
export type Answer =
  | { readonly Return: object }
  | { readonly Throw: { readonly Error: string; readonly Cause: string } };

/** By the name of a state: an answer for each time that it is entered, the last one ever after. */
export type Answers = Readonly<Record<string, readonly Answer[]>>;

/** How an execution stands, and which states it has entered. */
export interface Run {
  readonly status: string;
  readonly error?: string;
  readonly cause?: string;
  readonly states: readonly string[];
  /** State → how often its service was asked. */
  readonly asked: Readonly<Record<string, number>>;
  /** State → what it was given, as JSON. */
  readonly given: Readonly<Record<string, string>>;
  /** Of the execution, as JSON. */
  readonly input: string;
  readonly startTime: string;
}

interface Definition {
  readonly States: Readonly<Record<string, { readonly Arguments?: object }>>;
}

interface HistoryEvent {
  readonly type: string;
  readonly stateEnteredEventDetails?: { readonly name: string; readonly input: string };
}

const CASE = "answers";

/**
 * Executions of a state machine on the data plane, which runs its states and has a table for its lock, but no EMR: what
 * EMR would say is told by the test. Waits take a hundredth of their time.
 */
export class MachineRuns {
  readonly machineArn: string;
  private readonly states: JsonService;
  private readonly dynamo: JsonService;

  constructor(
    private readonly endpoint: string,
    place: Place,
    private readonly machine: string,
  ) {
    this.machineArn = `arn:aws:states:${place.region}:${place.accountId}:stateMachine:${machine}`;
    this.states = new JsonService(endpoint, place, { signingName: "states", target: "AWSStepFunctions" });
    this.dynamo = new JsonService(endpoint, place, { signingName: "dynamodb", target: "DynamoDB_20120810" });
  }

  /** What the states are told from now on, also those of executions that run already. */
  async answer(answers: Answers): Promise<void> {
    const named = Object.entries(answers).map(([state, list]) => [state, attempts(list)] as const);
    const body = JSON.stringify({
      "stepfunctions._SFN_WAIT_SCALE": 0.01,
      "stepfunctions._sfn_mock_config": {
        StateMachines: {
          [this.machine]: {
            TestCases: { [CASE]: Object.fromEntries(named.map(([state]) => [state, state])) },
          },
        },
        MockedResponses: Object.fromEntries(named),
      },
    });
    const { status } = await fetch(`${this.endpoint}/_ministack/config`, { method: "POST", body });
    if (status !== 200) throw new Error(`the data plane takes no answers, it said ${status}`);
  }

  /** @returns ARN of the execution; `alone` gives it no answers, as where nobody tests */
  async start(input: object = {}, alone = false): Promise<string> {
    const stateMachineArn = alone ? this.machineArn : `${this.machineArn}#${CASE}`;
    const said = await this.states.call("StartExecution", { stateMachineArn, input: JSON.stringify(input) });
    if (typeof said.executionArn !== "string") throw new Error(`not started: ${JSON.stringify(said)}`);
    return said.executionArn;
  }

  /** Runs to the end. */
  async run(input: object = {}, alone = false): Promise<Run> {
    return this.ended(await this.start(input, alone));
  }

  async ended(executionArn: string): Promise<Run> {
    return this.until(executionArn, ({ status }) => status !== "RUNNING");
  }

  /** Waits for a state of an execution, up to the test's time-out. */
  async until(executionArn: string, is: (run: Run) => boolean): Promise<Run> {
    for (;;) {
      const run = await this.look(executionArn);
      if (is(run)) return run;
      await pause(50);
    }
  }

  /** What a task asked its service for in a run: its arguments, evaluated again by a state that does nothing else. */
  async request(state: string, run: Run): Promise<unknown> {
    const { definition } = await this.states.call("DescribeStateMachine", {
      stateMachineArn: this.machineArn,
    });
    const { States } = JSON.parse(String(definition)) as Definition;
    const Output = States[state]?.Arguments;
    const { output, cause } = await this.states.call("TestState", {
      definition: JSON.stringify({ Type: "Pass", QueryLanguage: "JSONata", Output, End: true }),
      input: run.given[state],
      context: JSON.stringify({ Execution: { Input: JSON.parse(run.input), StartTime: run.startTime } }),
    });
    if (typeof output !== "string") throw new Error(`${state} has no arguments: ${cause}`);
    return JSON.parse(output);
  }

  async stop(executionArn: string): Promise<void> {
    await this.states.call("StopExecution", { executionArn });
  }

  /** The execution that holds the lock, if one does. */
  async holder(): Promise<string | undefined> {
    const { Items = [] } = await this.dynamo.call("Scan", { TableName: `${this.machine}-lock` });
    const [item] = Items as readonly { readonly holder: { readonly S: string } }[];
    return item?.holder.S;
  }

  private async look(executionArn: string): Promise<Run> {
    const said = await this.states.call("DescribeExecution", { executionArn });
    const { status, error, cause, input, startDate } = said;
    const startTime = new Date(Number(startDate) * 1_000).toISOString(); // as a state is told it
    const { events } = await this.states.call("GetExecutionHistory", { executionArn, maxResults: 1_000 });
    const states: string[] = [];
    const asked: Record<string, number> = {};
    const given: Record<string, string> = {};
    for (const { type, stateEnteredEventDetails } of events as readonly HistoryEvent[]) {
      if (stateEnteredEventDetails) {
        states.push(stateEnteredEventDetails.name);
        given[stateEnteredEventDetails.name] = stateEnteredEventDetails.input;
      }
      const state = states.at(-1) ?? "";
      if (type === "TaskScheduled") asked[state] = (asked[state] ?? 0) + 1;
    }
    return {
      ...{ status: String(status), states, asked, given, input: String(input), startTime },
      ...(error === undefined ? {} : { error: String(error) }),
      ...(cause === undefined ? {} : { cause: String(cause) }),
    };
  }
}

/** An answer by the number of the attempt, or the range of numbers. */
const attempts = (answers: readonly Answer[]) =>
  Object.fromEntries(
    answers.map((answer, index) => [index === answers.length - 1 ? `${index}-9999` : `${index}`, answer]),
  );
