import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { homeOf } from "../../config/home";
import type { PlatformConfig } from "../../config/load";
import { findJava } from "../../local/find-java";
import { sparkPython } from "../../local/spark-python";
import { runSpark, type SparkEnd } from "../../local/spark-run";
import { BucketCopy, CopyError } from "../../local/spark-run-copy";
import { addressesIn, copyOf } from "../../local/spark-run-line";
import { placesFor } from "../../local/spark-run-places";
import { s3As } from "../../local/spark-run-role";
import { resultIn } from "../../local/spark-run-words";
import type { Clients } from "../clients";
import { CommandError, InterruptedError } from "../failure";
import { calm, type StepReporter } from "../progress";
import { type CommandContext, typed } from "../session";
import { grouped } from "../table";
import { type DeployedJob, deployedJob } from "./deployed-job";
import { withFiles } from "./file-arguments";
import { jobFailure } from "./job-failure";
import { type JobName, jobNamed } from "./job-name";

/** Of Spark's seconds, every so many are told. */
const TOLD_SECONDS = 10;

/** What is to be run. */
export interface SparkJobRequest {
  readonly job: string;
  /** Behind the job's own. @default none */
  readonly arguments?: readonly string[];
}

export interface LocalJobResult {
  readonly job: JobName;
  readonly seconds: number;
  /** What the job says of its run; none where it was asked for help. */
  readonly result?: Readonly<Record<string, unknown>>;
  /** What else it has printed. */
  readonly printed?: string;
  /** Objects of S3. */
  readonly files: { readonly read: number; readonly written: number; readonly deleted: number };
}

/**
 * Runs a deployed job on the Spark of this machine, against a copy of what its role may read in the embedded S3; the bucket is
 * touched when the job has succeeded, as far as its role may. Callers hold the environment's lock.
 *
 * @throws CommandError when the job fails, in its own words; JavaError or PythonError where this machine has none for it;
 * InterruptedError when the user stops it
 */
export async function runSparkJob(
  context: CommandContext,
  config: PlatformConfig,
  clients: Clients,
  request: SparkJobRequest,
  step: StepReporter,
): Promise<LocalJobResult> {
  const job = jobNamed(request.job, config);
  const words = await withFiles(request.arguments ?? [], (path) => path);
  const deployed = await deployedJob(config, clients, job);
  const java = await findJava(); // nothing is downloaded for a machine that lacks it
  const python = await sparkPython(step.update);
  const folder = join(resolve(homeOf(config.environment)), "tmp", "spark-job");
  const clean = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", clean);
  clean(); // what a killed command has left
  try {
    const run = new LocalJob(context, config, job, deployed, folder);
    return await context.interrupt.looping(() => run.run(words, { java, python }, step));
  } finally {
    clean();
    process.off("exit", clean);
  }
}

class LocalJob {
  private readonly isStopped = () => this.context.interrupt.isAsked;

  constructor(
    private readonly context: CommandContext,
    private readonly config: PlatformConfig,
    private readonly job: JobName,
    private readonly deployed: DeployedJob,
    private readonly folder: string,
  ) {}

  async run(
    words: readonly string[],
    programs: { readonly java: string; readonly python: string },
    step: StepReporter,
  ): Promise<LocalJobResult> {
    const since = Date.now();
    const own = this.deployed.submit;
    const at = own.startTimeOption === undefined ? [] : [own.startTimeOption, startTime(since)];
    const submit = { ...own, arguments: [...own.arguments, ...at, ...words] };
    const helps = words.includes("--help");
    const { copies, close } = await this.copies(helps ? { ...own, arguments: [] } : submit);
    try {
      const read = await this.take(copies, calm(step));
      step.update(runsFor(0));
      const onSeconds = (seconds: number) => step.update(runsFor(seconds));
      const { folder, isStopped } = this;
      const seconds = (this.config.spark?.jobTimeoutMinutes ?? 0) * 60;
      const end = await runSpark({ submit, folder, ...programs, seconds, isStopped, onSeconds });
      if (end.code !== 0) throw this.failed(end, seconds);
      const { written, deleted } = await this.giveBack(copies, calm(step));
      const result = resultIn(end.stdout);
      return {
        job: this.job,
        seconds: Math.round((Date.now() - since) / 100) / 10,
        ...(result === undefined ? { printed: end.stdout } : { result }),
        files: { read, written, deleted },
      };
    } catch (error) {
      if (!(error instanceof CopyError)) throw error;
      throw new CommandError({
        message: `${this.job} failed: ${error.message}`,
        next: `${this.again} (it begins with what is there now)`,
      });
    } finally {
      close();
    }
  }

  /** Of each bucket that the line names, what the role may read. */
  private async copies(submit: DeployedJob["submit"]) {
    const { roleName, readable } = this.deployed;
    const { region, endpoints } = this.config;
    const s3 = await s3As({ roleName, region, endpoint: endpoints?.dataPlane ?? "" });
    const places = [...placesFor(addressesIn(submit), readable)];
    return {
      copies: places.map(
        ([bucket, prefixes]) => new BucketCopy(s3, bucket, prefixes, copyOf(this.folder, bucket)),
      ),
      close: () => s3.destroy(),
    };
  }

  private async take(copies: readonly BucketCopy[], step: StepReporter): Promise<number> {
    const found = await Promise.all(copies.map((copy) => copy.find()));
    const of = found.reduce((sum, count) => sum + count, 0);
    const onOne = counted(of, (said) => step.update(`copies ${said}`));
    for (const copy of copies) await copy.take(this.isStopped, onOne);
    if (this.isStopped()) throw this.stopped();
    return of;
  }

  /** Not to be stopped: it is short, and half of it is what nobody wants. */
  private async giveBack(copies: readonly BucketCopy[], step: StepReporter) {
    const changes = await Promise.all(copies.map(async (copy) => [copy, await copy.changes()] as const));
    const count = (what: "written" | "deleted") =>
      changes.reduce((sum, [, change]) => sum + change[what].length, 0);
    const onOne = counted(count("written"), (said) => step.update(`puts back ${said}`));
    for (const [copy, change] of changes) await copy.giveBack(change, onOne);
    return { written: count("written"), deleted: count("deleted") };
  }

  private failed({ code, stdout, stderr }: SparkEnd, seconds: number): Error {
    if (code === undefined && this.isStopped()) return this.stopped();
    if (code === undefined) {
      return new CommandError({
        message: `${this.job} failed: it did not end within ${seconds / 60} minutes, and nothing was changed`,
        next: `raise spark.jobTimeoutMinutes in config/environments/${this.config.environment}.yaml`,
      });
    }
    // Spark prints what a Python program says of its failure where it prints its results.
    return jobFailure(this.job, `${stderr}\n${stdout}`, {
      otherwise: `Spark ended with ${code}`,
      again: this.again,
    });
  }

  private stopped(): InterruptedError {
    return new InterruptedError(`stopped: ${this.job} has changed nothing`, this.again);
  }

  private get again(): string {
    return typed("run-job", this.context, this.job);
  }
}

/** As the state machine gives it. */
const startTime = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+/, "");

/** Says how many of `of` files it was called for. */
function counted(of: number, say: (said: string) => void): () => void {
  let done = 0;
  return () => {
    done += 1;
    say(`${grouped(done)} of ${grouped(of)} files`);
  };
}

function runsFor(seconds: number): string {
  const told = seconds - (seconds % TOLD_SECONDS);
  return told === 0 ? "Spark runs" : `Spark runs, ${told} s`;
}
