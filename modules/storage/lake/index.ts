export { Lake, type LakeProps } from "./lake";
export { LakeReference, type LakeReferenceProps } from "./lake-reference";
export type { Partition, Partitions } from "./projection";
