import type { LoadBalancerProps } from "../../../modules/ecs-service/balancer/balancer-props";
import { aBalancer, COGNITO, OIDC, someTargets } from "../../support/balancer";
import { messageOf } from "../../support/message-of";
import { type Block, synth } from "../../support/synth";

const actions = (authenticate: LoadBalancerProps["authenticate"]) => {
  const tf = synth((stack) => someTargets(stack, { balancer: aBalancer(stack, { authenticate }) }));
  return { tf, list: tf.one("aws_lb_listener", { port: 443 }).default_action as Block[] };
};

test("asks for nobody's name unless told so", () => {
  expect(actions(undefined).list).toEqual([expect.objectContaining({ type: "forward" })]);
});

test("sends users to Cognito first, and holds no secret", () => {
  const { tf, list } = actions(COGNITO);
  expect(list).toEqual([
    {
      order: 1,
      type: "authenticate-cognito",
      authenticate_cognito: {
        user_pool_arn: COGNITO.userPoolArn,
        user_pool_client_id: "client",
        user_pool_domain: "shop",
        scope: "openid",
        session_timeout: 43_200,
        on_unauthenticated_request: "authenticate",
      },
    },
    { order: 2, type: "forward", target_group_arn: expect.any(String) },
  ]);
  expect(tf.json.data).toBeUndefined();
});

test("sends users to an identity provider first, with the secret that Secrets Manager holds", () => {
  const { tf, list } = actions({ ...OIDC, scope: "openid email", sessionTimeoutSeconds: 3_600 });
  expect(list[0]).toEqual({
    order: 1,
    type: "authenticate-oidc",
    authenticate_oidc: {
      issuer: OIDC.issuer,
      authorization_endpoint: OIDC.authorizationEndpoint,
      token_endpoint: OIDC.tokenEndpoint,
      user_info_endpoint: OIDC.userInfoEndpoint,
      client_id: "client",
      client_secret: expect.stringMatching(
        /^\$\{data\.aws_secretsmanager_secret_version\.Web_ClientSecret_\w+\.secret_string}$/,
      ),
      scope: "openid email",
      session_timeout: 3_600,
      on_unauthenticated_request: "authenticate",
    },
  });
  tf.data("aws_secretsmanager_secret_version", { secret_id: "shop-login" });
});

test("asks before the rule of a service too", () => {
  const tf = synth((stack) =>
    someTargets(stack, {
      balancer: aBalancer(stack, { authenticate: COGNITO }),
      paths: ["/shop/*"],
      priority: 10,
    }),
  );
  tf.one("aws_lb_listener_rule", {
    action: [
      expect.objectContaining({ order: 1, type: "authenticate-cognito" }),
      expect.objectContaining({ order: 2, type: "forward" }),
    ],
  });
});

test("asks for no name on open paths, which come first", () => {
  const tf = synth((stack) =>
    someTargets(stack, {
      balancer: aBalancer(stack, { authenticate: COGNITO }),
      openPaths: ["/health/live"],
    }),
  );
  tf.one("aws_lb_listener_rule", {
    priority: 1,
    condition: [{ path_pattern: { values: ["/health/live"] } }],
    action: [{ type: "forward", target_group_arn: expect.any(String) }],
  });
});

test.each(["issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint"])(
  "rejects an %s that is no HTTPS",
  (name) => {
    const make = () => actions({ ...OIDC, [name]: "http://login.example.com" });
    expect(messageOf(make)).toBe(
      `Test/Web: ${name} of authenticate must be a URL that begins with https://, got http://login.example.com`,
    );
  },
);

test.each([0, 604_801, 1.5])("rejects a session of %d seconds", (sessionTimeoutSeconds) => {
  expect(messageOf(() => actions({ ...COGNITO, sessionTimeoutSeconds }))).toBe(
    `Test/Web: sessionTimeoutSeconds of authenticate must be a whole number of 1 to 604800, got ${sessionTimeoutSeconds}`,
  );
});
