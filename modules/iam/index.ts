export { Role, type RoleProps } from "./role";
export { networkInterfaceStatements, STAR_ACTIONS, TRACING } from "./star-actions";
export {
  type Conditions,
  denyWithoutTls,
  type Grantee,
  policyJson,
  type ResourceStatement,
  type Statement,
} from "./statement";
export type { TrustProps } from "./trust";
