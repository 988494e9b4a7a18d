import type { IConstruct } from "constructs";
import { embeddedCredentials } from "../config/home";
import type { PlatformConfig } from "../config/load";
import { DeployRoles, type OidcTrust, type RemoteStateEndpoint } from "../modules";
import { ciOf } from "./ci";

export type EmbeddedIdentity = RemoteStateEndpoint["identity"];

/**
 * Who Terraform is on an embedded AWS: its administrator where a person applies the stack, else the role that applies,
 * taken as a job of the environment's CI takes it. So what the role may not do fails here, before it fails on AWS.
 */
export function embeddedIdentity(
  scope: IConstruct,
  config: PlatformConfig,
  isAppliedByPerson: boolean,
): EmbeddedIdentity {
  const issuer = ciOf(config);
  if (isAppliedByPerson || issuer === undefined) {
    const { accessKeyId: accessKey, secretAccessKey: secretKey } = embeddedCredentials(config.accountId);
    return { accessKey, secretKey };
  }
  return {
    roleArn: DeployRoles.applyRoleArn(scope, config),
    sessionName: "groundplan",
    webIdentityToken: tokenOf(issuer.apply),
  };
}

/**
 * A token as the issuer would make it, but for its signature and its times: the embedded AWS compares its claims with what
 * the role trusts, and looks at nothing else. No AWS takes it.
 */
function tokenOf({ issuer, audience, subjects: [subject] }: OidcTrust): string {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ iss: `https://${issuer}`, aud: audience, sub: subject })}.`;
}
