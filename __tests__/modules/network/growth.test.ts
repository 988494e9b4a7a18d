import type { NetworkProps } from "../../../modules";
import { networkOf } from "../../support/network";

/** Everything on, so that nothing is left out of the comparison. */
const FULL = {
  nat: "perZone",
  ipv6: true,
  networkAcls: true,
  gatewayEndpoints: ["s3", "dynamodb"],
  interfaceEndpoints: ["ecr.api", "logs"],
  interfaceEndpointTier: "private",
  flowLogs: { destination: "s3", bucketArn: "arn:aws:s3:::logs" },
  tags: { team: "web" },
} as const satisfies Partial<NetworkProps>;

/** Every resource as Terraform counts them: one for each key of a `for_each`. */
function instancesOf(props: Partial<NetworkProps>): Map<string, string> {
  const { resource = {} } = networkOf({ ...FULL, ...props }).json;
  return new Map(
    Object.entries(resource).flatMap(([type, blocks]) =>
      Object.entries(blocks).flatMap(([id, { for_each: each, ...block }]) => {
        if (each === undefined) return [[`${type}.${id}`, JSON.stringify(block)] as const];
        return Object.entries(each as object).map(
          ([key, value]) => [`${type}.${id}["${key}"]`, JSON.stringify({ ...block, value })] as const,
        );
      }),
    ),
  );
}

test.each<[string, Partial<NetworkProps>, Partial<NetworkProps>]>([
  ["a third zone", { zones: 2 }, { zones: 3 }],
  ["a single NAT gateway and a third zone", { nat: "single", zones: 2 }, { nat: "single", zones: 3 }],
  [
    "a zone before all others",
    { zones: ["eu-central-1c", "eu-central-1b"] },
    { zones: ["eu-central-1b", "eu-central-1a", "eu-central-1c"] },
  ],
  [
    "a zone before a single NAT gateway that is told where to be",
    { nat: "single", natZone: "b", zones: ["eu-central-1b"] },
    { nat: "single", natZone: "b", zones: ["eu-central-1a", "eu-central-1b"] },
  ],
  [
    "an isolated tier",
    { tiers: { public: {}, private: {} } },
    { tiers: { isolated: {}, private: {}, public: {} } },
  ],
  [
    "a public tier",
    { tiers: { private: {} }, nat: "none" },
    { tiers: { public: {}, private: {} }, nat: "none" },
  ],
  ["endpoints", { interfaceEndpoints: ["logs"] }, { interfaceEndpoints: ["sqs", "logs", "kms"] }],
  [
    "all options",
    { nat: "none", gatewayEndpoints: [], networkAcls: false, interfaceEndpoints: [], flowLogs: "none" },
    { nat: "single", gatewayEndpoints: [], networkAcls: true },
  ],
])("only adds for %s", (_, before, after) => {
  const [old, now] = [instancesOf(before), instancesOf(after)];
  const changed = [...old].filter(([address, block]) => now.get(address) !== block);
  expect(changed).toEqual([]);
  expect(now.size).toBeGreaterThan(old.size);
});

test("is the same whatever the order of zones and tiers", () => {
  const one = instancesOf({ zones: ["eu-central-1a", "eu-central-1b"], tiers: { public: {}, private: {} } });
  const two = instancesOf({ zones: ["eu-central-1b", "eu-central-1a"], tiers: { private: {}, public: {} } });
  expect([...two]).toEqual([...one]);
});
