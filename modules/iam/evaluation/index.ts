export type { AccessRequest, ApplicablePolicies, Decision } from "./access-request";
export { Catalogue, type KnownAction } from "./catalogue";
export type { ContextValue, RequestContext } from "./context";
export { decide } from "./decide";
export { EvaluationError } from "./evaluation-error";
export {
  type EnvironmentPolicies,
  type PoliciesOptions,
  type ProtectedResource,
  policiesOf,
} from "./policies-of";
export type { Policy, PolicyKind, PolicyStatement } from "./policy";
export type { Principal } from "./principal";
export { readPolicy } from "./read-policy";
export type { RoleAccess } from "./roles-in";
export type { StackText } from "./stack-resources";
