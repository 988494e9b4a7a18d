/** Disks that a node gets beside its root. */
export interface EbsProps {
  /** GiB of each disk, 10 to 1,024. */
  readonly sizeGiB: number;
  /** Disks of each node, 1 to 23. @default 1 */
  readonly volumes?: number;
  /** Kind of disk. @default "gp3" */
  readonly volumeType?: "gp3" | "gp2" | "io1" | "st1" | "sc1";
}

/** Nodes of one type. */
export interface InstanceGroupProps {
  /** Such as `m7g.xlarge`. */
  readonly instanceType: string;
  /** Nodes at the start; the primary group takes one, as EMR has roles of jobs for no more. @default 1 */
  readonly instanceCount?: number;
  /** Takes Spot at up to the price of On-Demand. For task nodes of a transient cluster alone: who loses others loses the cluster, or its files. @default false */
  readonly spot?: boolean;
  /** Disks of each node. @default those of EMR for the type */
  readonly ebs?: EbsProps;
}

/** Nodes by groups, each of one type, in one subnet. */
export interface InstanceGroupsProps {
  /** Where YARN and the drivers are led from. */
  readonly primary: InstanceGroupProps;
  /** Nodes with files of HDFS. */
  readonly core: InstanceGroupProps;
  /** Nodes without; they come and go. @default none */
  readonly task?: InstanceGroupProps;
}

/** One type of a fleet. */
export interface FleetInstanceProps {
  /** Such as `m7g.xlarge`. */
  readonly instanceType: string;
  /** Units that a node of this type counts for, 1 to 999. @default 1 */
  readonly weight?: number;
  /** Disks of each node. @default those of EMR for the type */
  readonly ebs?: EbsProps;
}

/** Nodes of several types, of which EMR takes what there is. */
export interface InstanceFleetProps {
  /** 1 to 30 types; of the primary fleet, one is taken. */
  readonly instances: readonly FleetInstanceProps[];
  /** Units of On-Demand nodes at the start. @default 0 */
  readonly onDemandUnits?: number;
  /** Units of Spot nodes at the start. @default 0 */
  readonly spotUnits?: number;
  /** How Spot nodes are chosen. @default "price-capacity-optimized" */
  readonly spotAllocation?:
    | "price-capacity-optimized"
    | "capacity-optimized"
    | "lowest-price"
    | "diversified";
  /** Minutes in which EMR looks for Spot nodes, 5 to 1,440. @default 20 */
  readonly spotTimeoutMinutes?: number;
  /** What it does when there are none. @default "SWITCH_TO_ON_DEMAND" */
  readonly spotTimeoutAction?: "SWITCH_TO_ON_DEMAND" | "TERMINATE_CLUSTER";
}

/** Nodes by fleets, in the subnet that suits best. */
export interface InstanceFleetsProps {
  /** Where YARN and the drivers are led from: one unit. */
  readonly primary: InstanceFleetProps;
  /** Nodes with files of HDFS. */
  readonly core: InstanceFleetProps;
  /** Nodes without; they come and go. @default none */
  readonly task?: InstanceFleetProps;
}

/** Either groups or fleets: a cluster takes one kind for all its nodes. */
export type ClusterCapacity =
  | { readonly groups: InstanceGroupsProps }
  | { readonly fleets: InstanceFleetsProps };

/** Bounds in which EMR adds and removes core and task nodes by the work that waits: instances of groups, units of fleets. */
export interface ManagedScalingProps {
  /** Fewest, 1 or more. */
  readonly minimumUnits: number;
  /** Most, `minimumUnits` or more. */
  readonly maximumUnits: number;
  /** Most that are On-Demand; the rest is Spot. @default all of them */
  readonly maximumOnDemandUnits?: number;
  /** Most that are core nodes; the rest is task nodes. @default all of them */
  readonly maximumCoreUnits?: number;
}
