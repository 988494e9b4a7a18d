import type {
  CapacityLimitProps,
  ReadyWorkersProps,
  SparkApplicationProps,
} from "../../../modules/spark-cluster/application/application-props";
import type { SparkRunProps } from "../../../modules/spark-cluster/machine/run-props";
import { type Checks, testOptions } from "../../support/feature-table";
import { application, machineOf } from "../../support/spark";
import type { Block } from "../../support/synth";

const APPLICATION = "aws_emrserverless_application";

const SERVERLESS: Checks<Omit<SparkApplicationProps, keyof SparkRunProps>> = {
  release: [
    "is 7.13.0, unless told otherwise",
    () => {
      application().one(APPLICATION, { release_label: "emr-7.13.0" });
      application({ release: "emr-7.9.0" }).one(APPLICATION, { release_label: "emr-7.9.0" });
    },
  ],
  architecture: [
    "is arm64, unless told otherwise",
    () => {
      application().one(APPLICATION, { architecture: "ARM64" });
      application({ architecture: "x86_64" }).one(APPLICATION, { architecture: "X86_64" });
    },
  ],
  limit: [
    "is the most of all jobs",
    () => void application().one(APPLICATION, { maximum_capacity: { cpu: "16 vCPU", memory: "64 GB" } }),
  ],
  readyWorkers: [
    "are none, unless told",
    () => expect(application().one(APPLICATION)).not.toHaveProperty("initial_capacity"),
  ],
  idleMinutes: [
    "is 15, unless told otherwise",
    () => {
      const stop = (idle_timeout_minutes: number) => ({
        auto_stop_configuration: { enabled: true, idle_timeout_minutes },
      });
      application().one(APPLICATION, stop(15));
      application({ idleMinutes: 1 }).one(APPLICATION, stop(1));
    },
  ],
};

test("a run ends when its job's time is over, and carries the tag by which it is known", () => {
  const { Arguments } = Object(machineOf(application()).States.train);
  expect(Arguments).toMatchObject({ ExecutionTimeoutMinutes: 120, Tags: { "spark-application": "trainer" } });
});

const most = (props: Partial<CapacityLimitProps>) =>
  application({ limit: { vcpus: 16, memoryGiB: 64, ...props } }).one(APPLICATION).maximum_capacity;

const LIMIT: Checks<CapacityLimitProps> = {
  vcpus: ["is in AWS's words", () => expect(most({ vcpus: 8 })).toMatchObject({ cpu: "8 vCPU" })],
  memoryGiB: ["is in AWS's words", () => expect(most({ memoryGiB: 32 })).toMatchObject({ memory: "32 GB" })],
  diskGiB: [
    "is AWS's own, unless told",
    () => {
      expect(most({})).not.toHaveProperty("disk");
      expect(most({ diskGiB: 200 })).toMatchObject({ disk: "200 GB" });
    },
  ],
};

const ready = (props: Partial<ReadyWorkersProps> = {}) =>
  application({ readyWorkers: { drivers: 1, executors: 2, vcpus: 4, memoryGiB: 16, ...props } }).one(
    APPLICATION,
  ).initial_capacity as Block[];
const workers = (initial_capacity_type: string, config: object) =>
  expect.objectContaining({
    initial_capacity_type,
    initial_capacity_config: expect.objectContaining(config),
  });

const READY: Checks<ReadyWorkersProps> = {
  drivers: ["are kept ready", () => expect(ready()).toContainEqual(workers("Driver", { worker_count: 1 }))],
  executors: [
    "are kept ready",
    () => expect(ready()).toContainEqual(workers("Executor", { worker_count: 2 })),
  ],
  vcpus: [
    "are those of each",
    () =>
      expect(ready({ vcpus: 2, memoryGiB: 8 })).toContainEqual(
        workers("Driver", { worker_configuration: { cpu: "2 vCPU", memory: "8 GB" } }),
      ),
  ],
  memoryGiB: [
    "is that of each",
    () =>
      expect(ready({ memoryGiB: 30 })).toContainEqual(
        workers("Executor", { worker_configuration: { cpu: "4 vCPU", memory: "30 GB" } }),
      ),
  ],
};

testOptions({ SparkApplicationProps: SERVERLESS, CapacityLimitProps: LIMIT, ReadyWorkersProps: READY });
