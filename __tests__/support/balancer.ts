import type { TerraformStack } from "cdktf";
import { LoadBalancer } from "../../modules/ecs-service/balancer/load-balancer";
import { ServiceTargets } from "../../modules/ecs-service/balancer/target-group";

/** Load balancers and targets with the least props, for tests that are about something else; `props` are what the test is about. */
type Props<Class extends new (...args: never) => object> = Partial<ConstructorParameters<Class>[2]>;

export const CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/1";

export const aBalancer = (stack: TerraformStack, props: Props<typeof LoadBalancer> = {}) =>
  new LoadBalancer(stack, "Web", {
    balancerName: "shop-web",
    vpcId: "vpc-1",
    subnetIds: ["subnet-1", "subnet-2"],
    allowFrom: ["10.0.0.0/16"],
    certificateArn: CERTIFICATE,
    ...props,
  });

export const someTargets = (
  stack: TerraformStack,
  props: Props<typeof ServiceTargets> = {},
  id = "Targets",
) =>
  new ServiceTargets(stack, id, {
    balancer: props.balancer ?? aBalancer(stack),
    name: "shop-web",
    vpcId: "vpc-1",
    port: 8080,
    healthPath: "/health/ready",
    ...props,
  });

/** Users of Cognito. */
export const COGNITO = {
  userPoolArn: "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_1",
  userPoolClientId: "client",
  userPoolDomain: "shop",
};

/** Users of another identity provider. */
export const OIDC = {
  issuer: "https://login.example.com",
  authorizationEndpoint: "https://login.example.com/authorize",
  tokenEndpoint: "https://login.example.com/token",
  userInfoEndpoint: "https://login.example.com/userinfo",
  clientId: "client",
  clientSecretName: "shop-login",
};
