import { firstOf, jobsInARow, jobsSideBySide, knownStates, type MachineJob } from "./job-states";
import { lockStates, unlockState } from "./lock-states";
import { inputStates } from "./run-input";
import type { States } from "./states";

/** What there is around the jobs: nothing, where the engine stands by itself. */
export interface Surroundings {
  /** States before the jobs, whose first is `first`. */
  before(next: string): { readonly first: string; readonly states: States };
  /** States after the jobs, whatever has happened. */
  after(next: string): { readonly first: string; readonly states: States };
}

export interface MachineDefinition {
  readonly comment: string;
  /** Table of the lock. */
  readonly lockTableName: string;
  readonly jobs: readonly MachineJob[];
  /** Whether no job waits for another. */
  readonly sideBySide: boolean;
  readonly surroundings: Surroundings;
}

/** For an engine that needs nothing made and nothing ended. */
export const NO_SURROUNDINGS: Surroundings = {
  before: (next) => ({ first: next, states: {} }),
  after: (next) => ({ first: next, states: {} }),
};

/**
 * A state machine: lock, make, run, end, unlock, and fail with the cause if there was one. Its own data hold nothing of
 * the input, so that nobody can bring a failure or a cluster's id along.
 */
export function machineDefinition(definition: MachineDefinition): object {
  const { comment, lockTableName, jobs, surroundings } = definition;
  const sideBySide = definition.sideBySide && jobs.length > 1;
  const after = surroundings.after("Unlock");
  const start = sideBySide ? "Jobs" : firstOf(jobs, after.first);
  const before = surroundings.before(start);
  return {
    Comment: comment,
    StartAt: "Begin",
    States: {
      Begin: {
        Type: "Pass",
        Parameters: { polls: { count: 0 } },
        Next: "Are the arguments right?",
      },
      ...inputStates("Is the job known?"),
      ...knownStates(jobs, "Lock"),
      ...lockStates(lockTableName, before.first),
      ...before.states,
      ...(sideBySide ? jobsSideBySide(jobs, after.first) : jobsInARow(jobs, after.first)),
      ...after.states,
      Unlock: unlockState(lockTableName, "Was there a failure?"),
      "Was there a failure?": {
        Type: "Choice",
        Choices: [{ Variable: "$.failure", IsPresent: true, Next: "Failed" }],
        Default: "Done",
      },
      Failed: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
      Done: { Type: "Succeed" },
    },
  };
}
