import { TIERS } from "./address-plan";
import type { NetworkProps } from "./network-props";
import type { Zone } from "./zones";

/** A role's name has 64 characters at most, and `-flow-logs` comes behind this one. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,52}[A-Za-z0-9])?$/;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** What is wrong between the props of a network, beside its zones and addresses. */
export function mistakesInNetwork(props: NetworkProps, zones: readonly Zone[]): string[] {
  const { networkName, tiers, readableBuckets = [], gatewayEndpoints = [] } = props;
  return [
    ...(NAME.test(networkName)
      ? []
      : [`networkName must be 1 to 54 of A-Z, a-z, 0-9 and inner hyphens, got ${networkName || "nothing"}`]),
    ...(TIERS.some((tier) => tiers[tier])
      ? []
      : [`tiers must hold at least one of ${TIERS.join(", ")}, got none`]),
    ...mistakesInNat(props, zones),
    ...mistakesInInterfaceEndpoints(props),
    ...readableBuckets
      .filter((name) => !BUCKET.test(name))
      .map((name) => `readableBuckets must be names of buckets, got ${name}`),
    ...(readableBuckets.length > 0 && !gatewayEndpoints.includes("s3")
      ? [`readableBuckets must be empty without the gateway endpoint s3, got ${readableBuckets.join(", ")}`]
      : []),
    ...twice(gatewayEndpoints).map((service) => `gatewayEndpoints must hold each once, got ${service} twice`),
  ];
}

function mistakesInNat({ nat = "none", natZone, tiers }: NetworkProps, zones: readonly Zone[]): string[] {
  const missing = (["public", "private"] as const).filter((tier) => tiers[tier] === undefined);
  const known = zones.map(({ letter }) => letter);
  return [
    ...(nat !== "none" && missing.length > 0
      ? [`nat must be none without a ${missing.join(" and a ")} tier, got ${nat}`]
      : []),
    ...(natZone !== undefined && nat !== "single"
      ? [`natZone must be left out unless nat is single, got ${natZone}`]
      : []),
    ...(natZone !== undefined && nat === "single" && !known.includes(natZone)
      ? [`natZone must be the letter of a zone, ${known.join(", ")}, got ${natZone}`]
      : []),
  ];
}

function mistakesInInterfaceEndpoints(props: NetworkProps): string[] {
  const { interfaceEndpoints = [], interfaceEndpointTier: tier, tiers } = props;
  const some = interfaceEndpoints.length > 0;
  return [
    ...interfaceEndpoints
      .filter((service) => !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(service))
      .map(
        (service) => `interfaceEndpoints must be names of services, as ecr.api, got ${service || "nothing"}`,
      ),
    ...interfaceEndpoints
      .filter((service) => service === "s3" || service === "dynamodb")
      .map((service) => `interfaceEndpoints must leave ${service} to gatewayEndpoints, got ${service}`),
    ...twice(interfaceEndpoints).map(
      (service) => `interfaceEndpoints must hold each once, got ${service} twice`,
    ),
    ...(some && !tiers.private && !tiers.isolated
      ? [
          "interfaceEndpoints must be empty without a private or isolated tier, got " +
            interfaceEndpoints.join(", "),
        ]
      : []),
    ...(tier !== undefined && !tiers[tier]
      ? [`interfaceEndpointTier must be a tier of the network, got ${tier}`]
      : []),
  ];
}

function twice(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
