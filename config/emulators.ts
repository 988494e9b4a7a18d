/**
 * The two halves of the embedded AWS: `dataPlane` (ministack) holds data, runs functions and knows who may do what (and tells of databases, which a real PostgreSQL holds),
 * `controlPlane` (moto) answers for networks, machines and clusters.
 */
export type Emulator = "dataPlane" | "controlPlane";

/** Where each half answers, as `http://127.0.0.1:4566`: loopback only. */
export type EmulatorEndpoints = Readonly<Record<Emulator, string>>;

/**
 * Which half serves which service, by the AWS provider's name of its endpoint. A service that is not here has no endpoint
 * on the embedded AWS: try it on both before it is added.
 */
export const EMULATOR_OF = {
  athena: "dataPlane",
  dynamodb: "dataPlane",
  ecr: "dataPlane",
  events: "dataPlane",
  firehose: "dataPlane",
  glue: "dataPlane",
  iam: "dataPlane",
  kms: "dataPlane",
  lambda: "dataPlane",
  logs: "dataPlane",
  rds: "dataPlane",
  s3: "dataPlane",
  scheduler: "dataPlane",
  secretsmanager: "dataPlane",
  sfn: "dataPlane",
  sns: "dataPlane",
  sqs: "dataPlane",
  ssm: "dataPlane",
  sts: "dataPlane",
  acm: "controlPlane",
  appautoscaling: "controlPlane",
  autoscaling: "controlPlane",
  cloudwatch: "controlPlane",
  ec2: "controlPlane",
  ecs: "controlPlane",
  efs: "controlPlane",
  elbv2: "controlPlane",
  emr: "controlPlane",
  emrserverless: "controlPlane",
  route53: "controlPlane",
  servicediscovery: "controlPlane",
  wafv2: "controlPlane",
} as const satisfies Record<string, Emulator>;

/** A service of which the embedded AWS has an endpoint. */
export type EmbeddedService = keyof typeof EMULATOR_OF;

/** The endpoint of each of these services, as the provider's `endpoints` block wants it. */
export function serviceEndpoints<S extends EmbeddedService>(
  endpoints: EmulatorEndpoints,
  services: readonly S[],
): Record<S, string> {
  const pairs = services.map((service) => [service, endpoints[EMULATOR_OF[service]]] as const);
  return Object.fromEntries(pairs) as Record<S, string>;
}
