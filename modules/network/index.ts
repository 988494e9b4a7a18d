export {
  type AddressPlan,
  type AddressRequest,
  type Letter,
  type PlannedSubnet,
  planAddresses,
  TIERS,
  type Tier,
  type TierAddresses,
} from "./address-plan";
export { flowLogGroup } from "./flow-log";
export { Network } from "./network";
export type {
  CloudWatchFlowLogs,
  NetworkProps,
  NetworkTiers,
  PublicTierProps,
  S3FlowLogs,
  TierProps,
} from "./network-props";
export { ExistingNetwork, type ExistingNetworkProps, type NetworkReference } from "./network-reference";
