export type {
  CapacityLimitProps,
  ReadyWorkersProps,
  SparkApplicationProps,
} from "./application/application-props";
export { SparkApplication } from "./application/spark-application";
export type {
  ClusterCapacity,
  EbsProps,
  FleetInstanceProps,
  InstanceFleetProps,
  InstanceFleetsProps,
  InstanceGroupProps,
  InstanceGroupsProps,
  ManagedScalingProps,
} from "./cluster/capacity-props";
export type {
  BootstrapActionProps,
  LongLivedSparkClusterProps,
  SparkClusterOptions,
  SparkClusterProps,
} from "./cluster/cluster-props";
export { LongLivedSparkCluster } from "./cluster/long-lived-spark-cluster";
export type { CertificateZip, SecurityProps } from "./cluster/security-configuration";
export { SparkCluster } from "./cluster/spark-cluster";
export type { SparkJobProps } from "./jobs/job-props";
export { type PythonZip, type PythonZipProps, zipPython } from "./jobs/python-zip";
export { SparkJob } from "./jobs/spark-job";
export { type SparkSubmit, stepArguments } from "./jobs/spark-submit";
export { runLogGroup } from "./machine/run-log";
export type { SparkRunProps } from "./machine/run-props";
