import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { BenchError } from "./measure";
import { linkLake } from "./spark-lake";
import { measured, type Took } from "./spark-process";

const ROOT = join(__dirname, "..");
const DUCKDB = join(ROOT, "bench", "spark_duckdb.py");
/** Of one process, on a machine that others use too. */
const RUN_SECONDS = 1_200;
/** After all events. A job sees those before it only. */
const AT = "2024-04-01T00:00:00Z";

const MASTER = "local[2]";
const DRIVER_MEMORY = "4g";
/** Spark's own 200 would be 200 tasks for each shuffle, on one machine. */
const PARTITIONS = 4;

export const JOBS = [
  "train_recommendations",
  "aggregate_content",
  "compact_curated",
  "erase_visitors",
] as const;
export type JobName = (typeof JOBS)[number];

/** The four jobs, and DuckDB with the work of `aggregate_content`. */
export const CONTENDERS = [...JOBS, "duckdb"] as const;
export type Contender = (typeof CONTENDERS)[number];

/** What the contenders are started with. */
export interface SparkPlace {
  /** An interpreter that has PySpark and DuckDB. */
  readonly python: string;
  /** JAVA_HOME. */
  readonly java: string;
  /** The zip of the packages that the jobs share. */
  readonly modules: string;
  /** Absolute; for lakes and scratch files. */
  readonly folder: string;
}

export interface RunResult extends Took {
  /** What a job says of its run. */
  readonly said?: Readonly<Record<string, unknown>>;
}

/** A lake that the generator has written, and the processes that are measured on copies of it. */
export class SparkRuns {
  /** Of a run: `curated/`, and what it writes elsewhere. */
  private readonly scratch: string;

  constructor(
    private readonly place: SparkPlace,
    private readonly lake: string,
  ) {
    this.scratch = join(place.folder, "run");
  }

  /** A job as spark-submit runs it. @throws BenchError when it fails */
  job(name: JobName): Promise<RunResult> {
    return this.onCopy(() => this.spark(name));
  }

  /**
   * DuckDB and the job that does the same work, one after the other.
   *
   * @throws BenchError when one fails, or they do not come to the same figures
   */
  besideDuckdb(isDuckdbFirst: boolean): Promise<Readonly<Record<"aggregate_content" | "duckdb", RunResult>>> {
    return this.onCopy(async () => {
      const early = isDuckdbFirst ? await this.duckdb() : undefined;
      const spark = await this.spark("aggregate_content");
      const duckdb = early ?? (await this.duckdb());
      await this.compare();
      return { aggregate_content: spark, duckdb };
    });
  }

  private async spark(name: JobName): Promise<RunResult> {
    const { python, java } = this.place;
    const { stdout, took } = await this.process(name, [...this.sparkSubmit(), ...this.jobWords(name)], {
      ...{ JAVA_HOME: java, SPARK_LOCAL_IP: "127.0.0.1" },
      ...{ PYSPARK_PYTHON: python, PYSPARK_DRIVER_PYTHON: python },
    });
    return { ...took, said: JSON.parse(stdout) };
  }

  private async duckdb(): Promise<RunResult> {
    const command = [
      this.place.python,
      DUCKDB,
      "aggregate",
      this.path("curated/events"),
      this.path("figures"),
    ];
    return (await this.process("DuckDB", command)).took;
  }

  private async compare(): Promise<void> {
    const runs = this.path("curated/aggregates");
    const run = readdirSync(runs).find((name) => name.startsWith("run=")) ?? "";
    const command = [this.place.python, DUCKDB, "compare", this.path("figures"), join(runs, run)];
    const { rows, different } = JSON.parse((await this.process("DuckDB, comparing", command)).stdout);
    if (rows > 0 && different === 0) return;
    throw new BenchError(`Spark and DuckDB differ in ${different} rows, of ${rows}`);
  }

  /** @see https://spark.apache.org/docs/3.5.6/configuration.html */
  private sparkSubmit(): string[] {
    const settings = {
      "spark.driver.bindAddress": "127.0.0.1",
      "spark.driver.extraJavaOptions": `"-Djava.io.tmpdir=${this.path("tmp")}"`,
      "spark.driver.host": "127.0.0.1",
      "spark.driver.memory": DRIVER_MEMORY,
      "spark.local.dir": this.path("spark"),
      "spark.sql.shuffle.partitions": PARTITIONS,
      "spark.sql.warehouse.dir": this.path("tables"),
      "spark.ui.enabled": "false",
    };
    const words = Object.entries(settings).flatMap(([name, value]) => ["--conf", `${name}=${value}`]);
    const program = join(dirname(this.place.python), "spark-submit");
    return [program, "--master", MASTER, "--py-files", this.place.modules, ...words];
  }

  private jobWords(name: JobName): string[] {
    const own = name === "erase_visitors" ? ["--visitors", join(this.lake, "visitors.txt")] : [];
    return [join(ROOT, "spark/jobs", `${name}.py`), "--curated", this.path("curated"), "--at", AT, ...own];
  }

  private process(name: string, command: readonly string[], more: NodeJS.ProcessEnv = {}) {
    const { python } = this.place;
    const env = { PATH: process.env.PATH, TMPDIR: this.path("tmp"), PYTHONDONTWRITEBYTECODE: "1", ...more };
    return measured({ name, python, command, env, cwd: this.scratch, seconds: RUN_SECONDS });
  }

  private async onCopy<T>(work: () => Promise<T>): Promise<T> {
    try {
      linkLake(join(this.lake, "events"), this.path("curated/events"));
      for (const name of ["spark", "tmp"]) mkdirSync(this.path(name));
      return await work();
    } finally {
      rmSync(this.scratch, { recursive: true, force: true, maxRetries: 10 });
    }
  }

  private path(name: string): string {
    return join(this.scratch, name);
  }
}
