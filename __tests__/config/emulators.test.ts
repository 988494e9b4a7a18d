import type { AwsProviderEndpoints } from "@cdktf/provider-aws/lib/provider";
import { EMULATOR_OF, type EmbeddedService, serviceEndpoints } from "../../config/emulators";

const endpoints = { dataPlane: "http://127.0.0.1:1", controlPlane: "http://127.0.0.1:2" };

test("sends each service to the emulator that serves it", () => {
  expect(
    serviceEndpoints(endpoints, ["s3", "rds", "ecr", "ec2", "ecs", "cloudwatch", "logs", "sfn", "emr"]),
  ).toEqual({
    s3: endpoints.dataPlane,
    rds: endpoints.dataPlane,
    ecr: endpoints.dataPlane,
    ec2: endpoints.controlPlane,
    ecs: endpoints.controlPlane,
    cloudwatch: endpoints.controlPlane,
    logs: endpoints.dataPlane,
    sfn: endpoints.dataPlane,
    emr: endpoints.controlPlane,
  });
});

test("names services as the provider names their endpoints", () => {
  const services = Object.keys(EMULATOR_OF) as EmbeddedService[];
  // A name that the provider does not know is a compile error here.
  const known: AwsProviderEndpoints = serviceEndpoints(endpoints, services);
  expect(Object.keys(known)).toEqual(services);
});

test("rejects a service that neither serves, at compile time", () => {
  // @ts-expect-error: there is no endpoint for it
  expect(serviceEndpoints(endpoints, ["redshift"])).toEqual({ redshift: undefined });
});
