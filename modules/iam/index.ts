export { Role, type RoleProps } from "./role";
export {
  type Conditions,
  denyWithoutTls,
  type Grantee,
  policyJson,
  type ResourceStatement,
  type Statement,
} from "./statement";
