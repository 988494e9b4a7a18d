import { setTimeout as pause } from "node:timers/promises";
import type { PlatformConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import { resultIn, tailOf } from "../../local/spark-run-words";
import type { Clients } from "../clients";
import { CommandError, InterruptedError } from "../failure";
import type { StepReporter } from "../progress";
import { type CommandContext, typed } from "../session";
import { withFiles } from "./file-arguments";
import { jobFailure } from "./job-failure";
import type { JobName } from "./job-name";
import { JobMachine, type RunState } from "./machine";
import { type StepLog, StepLogs } from "./step-log";

const LOOK_SECONDS = 5;
/** EMR brings logs every five minutes. */
const LOG_SECONDS = 360;

export interface AwsJobOptions {
  /** Whether to follow the run to its end. */
  readonly wait: boolean;
  /** A run that is there already; else a new one is started. */
  readonly follow?: string;
}

export interface AwsJobResult {
  readonly job: JobName;
  readonly outcome: "started" | "succeeded";
  /** The execution's name. */
  readonly run: string;
  /** Absent where it was not waited for. */
  readonly seconds?: number;
  /** What the job says of its run, where its log is there already. */
  readonly result?: Readonly<Record<string, unknown>>;
}

/** A job on AWS: its state machine is started and looked at; what it does does not depend on this command. */
export class AwsJob {
  private readonly machine: JobMachine;

  constructor(
    private readonly context: CommandContext,
    private readonly config: PlatformConfig,
    private readonly clients: Clients,
    private readonly job: JobName,
  ) {
    this.machine = new JobMachine(config, clients, job);
  }

  /**
   * Starts the job and follows it.
   *
   * @throws CommandError when the job fails, in its own words, or another run is at work; InterruptedError when the user looks no
   * longer: the run goes on
   */
  async run(
    words: readonly string[],
    { wait, follow }: AwsJobOptions,
    step: StepReporter,
  ): Promise<AwsJobResult> {
    const run = follow ?? (await this.start(words, step));
    if (!wait) return { job: this.job, outcome: "started", run };
    const state = await this.follow(run, step);
    if (state.story.busy) throw this.busy();
    if (state.status !== "SUCCEEDED") throw await this.failed(run, state, step);
    const log = await this.logs(state)?.read(0, () => true);
    const result = log && resultIn(log.printed);
    return {
      ...{ job: this.job, outcome: "succeeded", run, seconds: state.seconds },
      ...(result && { result }),
    };
  }

  private async start(words: readonly string[], step: StepReporter): Promise<string> {
    const run = this.machine.newRun();
    const given = await withFiles(words, (path) => {
      step.update("puts the file where the job may read it");
      return this.machine.giveFile(path, run);
    });
    await this.machine.start(run, given);
    step.update(`started as ${run}`);
    return run;
  }

  private async follow(run: string, step: StepReporter): Promise<RunState> {
    for (;;) {
      const state = await this.machine.look(run);
      if (state.status !== "RUNNING") return state;
      if (state.story.said !== undefined) step.update(state.story.said);
      const wake = Date.now() + LOOK_SECONDS * 1000;
      while (Date.now() < wake) {
        if (this.context.interrupt.isAsked) throw this.left(run);
        await pause(100);
      }
    }
  }

  private logs({ story: { cluster, step } }: RunState): StepLogs | undefined {
    if (cluster === undefined || step === undefined) return undefined;
    const { sparkBucket: bucket, spark } = namesFor(this.config);
    return new StepLogs(this.clients, { bucket, prefix: `${spark}/logs/`, cluster, step });
  }

  private async failed(run: string, state: RunState, step: StepReporter): Promise<Error> {
    const otherwise = reasonOf(state);
    const again = this.typed();
    const logs = this.logs(state);
    if (logs === undefined) {
      return new CommandError({ message: `${this.job} failed: ${otherwise}`, next: again });
    }
    step.update("waits for the log of the job, which EMR brings within five minutes");
    const log = await logs.read(LOG_SECONDS, () => this.context.interrupt.isAsked);
    return log === undefined ? this.withoutLog(run, state, otherwise) : this.withLog(log, otherwise);
  }

  private withLog(log: StepLog, otherwise: string): CommandError {
    const { details } = jobFailure(this.job, `${log.said}\n${log.printed}`, {
      otherwise,
      again: this.typed(),
    });
    const all = `all of it: ${log.address}`;
    return new CommandError({ ...details, said: [details.said ?? "", all].join("\n").trim() });
  }

  private withoutLog(run: string, { story: { cluster } }: RunState, otherwise: string): CommandError {
    const { sparkBucket, spark } = namesFor(this.config);
    return new CommandError({
      message: `${this.job} failed: ${otherwise}`,
      said: `its log will be below s3://${sparkBucket}/${spark}/logs/${cluster}/containers/`,
      next: `${this.typed(`--follow ${run}`)} (shows it once it is there)`,
    });
  }

  private busy(): CommandError {
    return new CommandError({
      message: `${this.job} did not run: another run is at work, and there is one at a time`,
      next: `${this.typed()} when it has ended`,
    });
  }

  private left(run: string): InterruptedError {
    return new InterruptedError(
      `stopped looking: ${this.job} goes on as ${run}`,
      this.typed(`--follow ${run}`),
    );
  }

  private typed(...options: readonly string[]): string {
    return typed("run-job", this.context, this.job, ...options);
  }
}

/** Why an execution has failed, in one sentence. */
function reasonOf({ status, error = "", cause = "" }: RunState): string {
  if (status === "ABORTED") return "someone stopped the run";
  if (status === "TIMED_OUT" || error === "States.Timeout") return "it took longer than it may";
  if (error === "ClusterDidNotStart") return `the cluster did not start: ${messageIn(cause)}`;
  return `${error}: ${messageIn(cause)}`;
}

/** A cause is text, or what EMR has answered as JSON with a message somewhere inside. */
function messageIn(cause: string): string {
  const [, message] = /"(?:Message|Reason)":("(?:[^"\\]|\\.)+")/.exec(cause) ?? [];
  return message === undefined ? (tailOf(cause).split("\n")[0] ?? "") : JSON.parse(message);
}
