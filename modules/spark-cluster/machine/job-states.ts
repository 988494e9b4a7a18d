import { jsonata } from "./run-input";
import type { State, States } from "./states";

/** What the machine knows of a job. */
export interface MachineJob {
  readonly jobName: string;
  readonly retries: number;
  readonly timeoutSeconds: number;
  readonly onFailure: "stop" | "continue";
  /** Whether it is left out when the input names no job. */
  readonly onDemand: boolean;
  /** `Resource` and `Arguments` of the task that runs it and waits, in JSONata. */
  readonly task: Readonly<Record<string, unknown>>;
}

/** The job that the input names, for states that speak JSONPath. */
const ASKED = "$$.Execution.Input.job";

/** Refuses a job that is not there, before anything is made: a slip of the pen shall not pass for a run. */
export function knownStates(jobs: readonly MachineJob[], next: string): States {
  return {
    "Is the job known?": {
      Type: "Choice",
      Choices: [
        ...(jobs.every(({ onDemand }) => onDemand)
          ? []
          : [{ Variable: ASKED, IsPresent: false, Next: next }]),
        ...jobs.map(({ jobName }) => asked(jobName, next)),
      ],
      Default: "No such job",
    },
    "No such job": {
      Type: "Fail",
      Error: "NoSuchJob",
      Cause: `job must be one of ${jobs.map(({ jobName }) => jobName).join(", ")}`,
    },
  };
}

/** One job after the other; one that fails for good ends the row, or not, as it says. */
export function jobsInARow(jobs: readonly MachineJob[], next: string): States {
  return Object.assign(
    {},
    ...jobs.map((job, index) => {
      const after = jobs[index + 1] ? wanted(jobs[index + 1]?.jobName ?? "") : next;
      return {
        [wanted(job.jobName)]: choice(job, after),
        [job.jobName]: run(job, after, job.onFailure === "stop" ? next : after),
      };
    }),
  );
}

/** All jobs at once, up to the cluster's own limit; one that fails stops no other. */
export function jobsSideBySide(jobs: readonly MachineJob[], next: string): States {
  return {
    Jobs: {
      Type: "Parallel",
      Branches: jobs.map((job) => ({
        StartAt: wanted(job.jobName),
        States: {
          [wanted(job.jobName)]: choice(job, `${job.jobName} ended`),
          [job.jobName]: run(job, `${job.jobName} ended`, `${job.jobName} ended`),
          [`${job.jobName} ended`]: { Type: "Succeed" },
        },
      })),
      ResultPath: "$.jobs",
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: next }],
      Next: "Did one fail?",
    },
    "Did one fail?": {
      Type: "Choice",
      Choices: jobs.map(({ jobName }, index) => ({
        Variable: `$.jobs[${index}].failure`,
        IsPresent: true,
        Next: `${jobName} failed`,
      })),
      Default: next,
    },
    ...Object.fromEntries(
      jobs.map(({ jobName }, index) => [
        `${jobName} failed`,
        { Type: "Pass", InputPath: `$.jobs[${index}].failure`, ResultPath: "$.failure", Next: next },
      ]),
    ),
  };
}

/** The state in which the row begins. */
export const firstOf = (jobs: readonly MachineJob[], next: string) =>
  jobs[0] ? wanted(jobs[0].jobName) : next;

const wanted = (jobName: string) => `Is ${jobName} asked for?`;

/** Where the input names the job. That there is a name must be seen first: AWS fails on a path that leads nowhere. */
const asked = (jobName: string, next: string) => ({
  And: [
    { Variable: ASKED, IsPresent: true },
    { Variable: ASKED, StringEquals: jobName },
  ],
  Next: next,
});

function choice({ jobName, onDemand }: MachineJob, otherwise: string): State {
  return {
    Type: "Choice",
    Choices: [
      ...(onDemand ? [] : [{ Variable: ASKED, IsPresent: false, Next: jobName }]),
      asked(jobName, jobName),
    ],
    Default: otherwise,
  };
}

function run({ task, timeoutSeconds, retries }: MachineJob, next: string, afterFailure: string): State {
  return {
    Type: "Task",
    QueryLanguage: "JSONata",
    ...task,
    TimeoutSeconds: timeoutSeconds,
    ...(retries > 0
      ? {
          Retry: [
            {
              ErrorEquals: ["States.TaskFailed", "States.Timeout"],
              IntervalSeconds: 30,
              MaxAttempts: retries,
              BackoffRate: 2,
            },
          ],
        }
      : {}),
    Output: jsonata("$states.input"),
    Catch: [
      {
        ErrorEquals: ["States.ALL"],
        Output: jsonata('$merge([$states.input, { "failure": $states.errorOutput }])'),
        Next: afterFailure,
      },
    ],
    Next: next,
  };
}
