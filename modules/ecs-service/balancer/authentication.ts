import { DataAwsSecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-version";
import type { LbListenerRuleAction } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { Token } from "cdktf";
import type { Construct } from "constructs";

const DEFAULTS = { scope: "openid", sessionTimeoutSeconds: 43_200 } as const;

/** An action of a listener and of its rules, which have the same shape. */
export type BalancerAction = LbListenerRuleAction;

export interface SessionProps {
  /** What is asked of the identity provider about a user, words apart by blanks. @default "openid" */
  readonly scope?: string;
  /** Seconds after which a user must log in again, 1 to 604,800. @default 43200 */
  readonly sessionTimeoutSeconds?: number;
}

/** Users of an identity provider that speaks OpenID Connect. */
export interface OidcProps extends SessionProps {
  /** URL by which the provider names itself. */
  readonly issuer: string;
  /** URL where users log in. */
  readonly authorizationEndpoint: string;
  /** URL where the load balancer gets tokens. */
  readonly tokenEndpoint: string;
  /** URL where the load balancer asks who a user is. */
  readonly userInfoEndpoint: string;
  /** Id by which the provider knows the load balancer. */
  readonly clientId: string;
  /**
   * Name of the secret in Secrets Manager whose whole text is the client's secret. Terraform has no way to hand it on
   * unseen: who deploys reads it, and **the state holds it**. Cognito needs none.
   */
  readonly clientSecretName: string;
}

/** Users of a pool of Cognito: the load balancer gets the client's secret from it, and no configuration holds it. */
export interface CognitoProps extends SessionProps {
  /** ARN of the pool. */
  readonly userPoolArn: string;
  /** Id of a client of the pool that has a secret. */
  readonly userPoolClientId: string;
  /** First part of the pool's domain at Cognito, or a whole domain of its own. */
  readonly userPoolDomain: string;
}

/**
 * What a listener does first: sends who has not logged in to the identity provider.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
 */
export function authenticationAction(scope: Construct, props: OidcProps | CognitoProps): BalancerAction {
  const session = {
    scope: props.scope ?? DEFAULTS.scope,
    sessionTimeout: props.sessionTimeoutSeconds ?? DEFAULTS.sessionTimeoutSeconds,
    onUnauthenticatedRequest: "authenticate",
  };
  if ("userPoolArn" in props) {
    const { userPoolArn, userPoolClientId, userPoolDomain } = props;
    return {
      type: "authenticate-cognito",
      authenticateCognito: { userPoolArn, userPoolClientId, userPoolDomain, ...session },
    };
  }
  const { issuer, authorizationEndpoint, tokenEndpoint, userInfoEndpoint, clientId } = props;
  const secret = new DataAwsSecretsmanagerSecretVersion(scope, "ClientSecret", {
    secretId: props.clientSecretName,
  });
  return {
    type: "authenticate-oidc",
    authenticateOidc: {
      issuer,
      authorizationEndpoint,
      tokenEndpoint,
      userInfoEndpoint,
      clientId,
      clientSecret: secret.secretString,
      ...session,
    },
  };
}

/** What is done with a request for `targetGroupArn`: the user logs in first where there is an action for that. */
export function forwardActions(
  targetGroupArn: string,
  authentication: BalancerAction | undefined,
): BalancerAction[] {
  const forward = { type: "forward", targetGroupArn };
  if (authentication === undefined) return [forward];
  return [
    { ...authentication, order: 1 },
    { ...forward, order: 2 },
  ];
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html */
export function authenticationMistakes(props: OidcProps | CognitoProps): string[] {
  const { sessionTimeoutSeconds: seconds = DEFAULTS.sessionTimeoutSeconds } = props;
  const urls =
    "userPoolArn" in props
      ? []
      : (["issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint"] as const).map(
          (name) => [name, props[name]] as const,
        );
  return [
    ...urls
      .filter(([, url]) => !Token.isUnresolved(url) && !/^https:\/\/[^/\s]+/.test(url))
      .map(
        ([name, url]) =>
          `${name} of authenticate must be a URL that begins with https://, got ${url || "nothing"}`,
      ),
    ...(Number.isInteger(seconds) && seconds >= 1 && seconds <= 604_800
      ? []
      : [`sessionTimeoutSeconds of authenticate must be a whole number of 1 to 604800, got ${seconds}`]),
  ];
}
