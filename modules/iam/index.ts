export { type PermissionsBoundaryProps, PermissionsBoundaryReference } from "./boundary-reference";
export { boundaryGuards, outsideOf } from "./boundary-rules";
export type { BoundaryLimits, BoundaryNames } from "./boundary-table";
export { type CiIssuer, type GithubProps, type GitlabProps, github, gitlab } from "./deploy/ci-issuer";
export { DeployRoles, type DeployRolesProps } from "./deploy/deploy-roles";
export { DEPLOY_STAR_ACTIONS } from "./deploy-star-actions";
export { emrServiceStatements } from "./emr-service";
export type { OidcTrust } from "./oidc-trust";
export { PermissionsBoundary } from "./permissions-boundary";
export { POLICY_LIMITS, policySize } from "./policy-size";
export { Role } from "./role";
export type { Boundary, ManagedPolicyException, RoleProps } from "./role-props";
export { RoleReference, type RoleReferenceProps } from "./role-reference";
export { networkInterfaceStatements, STAR_ACTIONS, TRACING } from "./star-actions";
export {
  type Conditions,
  denyWithoutTls,
  type EffectStatement,
  type Grantee,
  policyJson,
  type ResourceStatement,
  type Statement,
} from "./statement";
export type { TrustProps } from "./trust";
