import { existsSync } from "node:fs";
import { within } from "../jobs/job-rules";
import { capacityMistakes, scalingMistakes } from "./capacity-rules";
import type { SparkClusterOptions } from "./cluster-props";
import { RESERVED_PROPERTIES } from "./configurations";
import { securityMistakes } from "./security-configuration";

export const CLUSTER_DEFAULTS = {
  release: "emr-7.13.0",
  python: "/usr/bin/python3.11",
  autoTerminationSeconds: 3_600,
  stepConcurrency: 1,
  rootVolumeGiB: 20,
  startTimeoutMinutes: 30,
  terminationProtection: false,
} as const;

/**
 * What is wrong with a cluster.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-auto-termination-policy.html
 * @see https://docs.aws.amazon.com/emr/latest/APIReference/API_RunJobFlow.html
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-bootstrap.html
 */
export function clusterMistakes(props: SparkClusterOptions): string[] {
  const {
    release = CLUSTER_DEFAULTS.release,
    python = CLUSTER_DEFAULTS.python,
    autoTerminationSeconds = CLUSTER_DEFAULTS.autoTerminationSeconds,
    stepConcurrency = CLUSTER_DEFAULTS.stepConcurrency,
    rootVolumeGiB = CLUSTER_DEFAULTS.rootVolumeGiB,
    bootstrapActions = [],
    configurations = {},
    customAmiId,
  } = props;
  return [
    ...releaseMistakes(release),
    ...(/^\/\S+$/.test(python) ? [] : [`python must be an absolute path, got ${python || "nothing"}`]),
    ...within("autoTerminationSeconds", autoTerminationSeconds, 60, 604_800),
    ...within("stepConcurrency", stepConcurrency, 1, 256),
    ...within("rootVolumeGiB", rootVolumeGiB, 15, 100),
    ...within("bootstrapActions", bootstrapActions.length, 0, 16),
    ...bootstrapActions
      .filter(({ file }) => !existsSync(file))
      .map(({ file }) => `bootstrapActions must name files that are there, got ${file || "nothing"}`),
    ...(customAmiId === undefined || /^ami-[0-9a-f]{8,17}$/.test(customAmiId)
      ? []
      : [`customAmiId must be the id of an image, got ${customAmiId || "nothing"}`]),
    ...Object.entries(configurations).flatMap(([classification, properties]) =>
      Object.keys(properties)
        .filter((name) => RESERVED_PROPERTIES[classification]?.includes(name))
        .map((name) => `configurations must leave ${name} to the prop python, got ${classification}`),
    ),
    ...capacityMistakes(props.capacity, props.subnetIds),
    ...scalingMistakes(props.managedScaling),
    ...securityMistakes(props.security),
  ];
}

/**
 * Roles of jobs begin with 6.7.0; before, every job could do what any of them can.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-steps-runtime-roles.html
 */
export function releaseMistakes(release: string): string[] {
  const [, line, major = "0", minor = "0"] = /^emr-(spark-)?(\d+)\.(\d+)\.\d+$/.exec(release) ?? [];
  const known =
    line === undefined ? Number(major) === 7 || (Number(major) === 6 && Number(minor) >= 7) : major === "8";
  return known
    ? []
    : [`release must be emr-6.7.0 to emr-7.x.y, or emr-spark-8.x.y, got ${release || "nothing"}`];
}
