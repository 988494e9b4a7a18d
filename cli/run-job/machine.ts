import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { HistoryEvent, SFNClient } from "@aws-sdk/client-sfn";
import type { PlatformConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import { REQUEST_PREFIX } from "../../stacks/spark-stack";
import type { Clients } from "../clients";
import { CommandError } from "../failure";
import { deployNext } from "../session";
import type { JobName } from "./job-name";
import { type Story, storyOf } from "./story";

/** What a run has become. */
export interface RunState {
  readonly status: string;
  readonly error?: string;
  readonly cause?: string;
  readonly seconds: number;
  readonly story: Story;
}

/** The state machine of the Spark jobs, and its executions by name. */
export class JobMachine {
  private readonly names;

  constructor(
    private readonly config: PlatformConfig,
    private readonly clients: Clients,
    private readonly job: JobName,
  ) {
    this.names = namesFor(config);
  }

  /** A name that no other run has, and that says what it is. */
  newRun(now = new Date()): string {
    const at = now.toISOString().replace(/[-:]|\.\d+/g, "");
    return `${this.job}-${at}-${randomBytes(3).toString("hex")}`;
  }

  /** Puts a file where the job may read it. @returns its address */
  async giveFile(path: string, run: string): Promise<string> {
    const { PutObjectCommand } = await import("@aws-sdk/client-s3");
    const { sparkBucket: Bucket } = this.names;
    const Key = `${REQUEST_PREFIX}${run}.txt`;
    await (await this.clients.s3()).send(new PutObjectCommand({ Bucket, Key, Body: await readFile(path) }));
    return `s3://${Bucket}/${Key}`;
  }

  /** @throws CommandError where the machine is not deployed */
  async start(run: string, words: readonly string[]): Promise<void> {
    const { StartExecutionCommand } = await import("@aws-sdk/client-sfn");
    const input = JSON.stringify({ job: this.job, ...(words.length === 0 ? {} : { arguments: words }) });
    const stateMachineArn = this.arn("stateMachine");
    await this.asked((sfn) => sfn.send(new StartExecutionCommand({ stateMachineArn, name: run, input })), {
      name: "StateMachineDoesNotExist",
      message: `${this.config.environment} is not deployed, or its stack spark is not`,
      next: deployNext(this.config),
    });
  }

  /** @throws CommandError where there is no such run */
  async look(run: string): Promise<RunState> {
    const { DescribeExecutionCommand } = await import("@aws-sdk/client-sfn");
    const executionArn = this.arn("execution", run);
    const { status, error, cause, startDate, stopDate } = await this.asked(
      (sfn) => sfn.send(new DescribeExecutionCommand({ executionArn })),
      {
        name: "ExecutionDoesNotExist",
        message: `${this.config.environment} has no run ${run}; AWS forgets one after 90 days`,
      },
    );
    const milliseconds = (stopDate ?? new Date()).getTime() - (startDate ?? new Date()).getTime();
    return {
      status: status ?? "",
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
      seconds: Math.round(milliseconds / 100) / 10,
      story: storyOf(await this.history(executionArn), this.job),
    };
  }

  /** All of it, oldest first: a cluster that is waited for makes some ten events each half minute. */
  private async history(executionArn: string): Promise<HistoryEvent[]> {
    const { GetExecutionHistoryCommand } = await import("@aws-sdk/client-sfn");
    const sfn = await this.clients.sfn();
    const found: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = { executionArn, maxResults: 1000, ...(nextToken && { nextToken }) };
      const { events = [], nextToken: next } = await sfn.send(new GetExecutionHistoryCommand(page));
      found.push(...events);
      nextToken = next;
    } while (nextToken !== undefined);
    return found;
  }

  /** Asks Step Functions. @throws CommandError of `missing` where the machine or the run is not there */
  private async asked<T>(
    ask: (client: SFNClient) => Promise<T>,
    missing: { readonly name: string; readonly message: string; readonly next?: string },
  ): Promise<T> {
    try {
      return await ask(await this.clients.sfn());
    } catch (error) {
      if ((error as Error).name !== missing.name) throw error;
      const { message, next } = missing;
      throw new CommandError({ message, said: (error as Error).message, next });
    }
  }

  private arn(kind: "stateMachine" | "execution", run?: string): string {
    const { region, accountId } = this.config;
    return ["arn:aws:states", region, accountId, kind, this.names.spark, ...(run ? [run] : [])].join(":");
  }
}
