import * as z from "zod";
import { flag, logRetentionDays, pattern, section } from "./field-rules";

const TIERS = ["public", "private", "isolated"] as const;
const GATEWAY_SERVICES = ["s3", "dynamodb"] as const;

const ZONE = /^[a-z]{2}(-[a-z0-9]+)+[a-z]$/;
const ZONES = { error: "must be 1 to 6 zones, or a list of as many names, as eu-central-1a" };

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });

const list = { error: "must be a list" };

/**
 * The network that everything with an address lives in. Sizes of blocks:
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 */
export const network = z.strictObject(
  {
    cidrBlock: pattern(
      /^(\d{1,3}\.){3}\d{1,3}\/(1[6-9]|2[0-8])$/,
      "must be an IPv4 block of /16 to /28, as 10.20.0.0/16",
    )
      .default("10.0.0.0/16")
      .describe("IPv4 block of the network, /16 to /28. It cannot be changed later. Default 10.0.0.0/16."),
    zones: z
      .union(
        [
          z.literal([1, 2, 3, 4, 5, 6], ZONES),
          z.array(z.string().regex(ZONE, ZONES)).min(1, ZONES).max(6, ZONES),
        ],
        ZONES,
      )
      .default(2)
      .describe("Availability zones: how many, 1 to 6, or their names. Default 2."),
    tiers: z
      .array(oneOf(TIERS), list)
      .min(1, { error: "must name one tier or more" })
      .default([...TIERS])
      .describe("Tiers of subnets that there are. Default public, private and isolated."),
    nat: oneOf(["none", "single", "perZone"])
      .default("single")
      .describe("NAT gateways, by which private subnets reach out: none, single or perZone. Default single."),
    ipv6: flag().default(false).describe("Whether subnets have IPv6 addresses as well. Default false."),
    networkAcls: flag()
      .default(false)
      .describe(
        "Whether each tier has a network ACL of its own. Default false: the VPC's own, which lets all pass.",
      ),
    gatewayEndpoints: z
      .array(oneOf(GATEWAY_SERVICES), list)
      .default([...GATEWAY_SERVICES])
      .describe("Services that are reached without leaving AWS, at no cost. Default s3 and dynamodb."),
    interfaceEndpoints: z
      .array(pattern(/^[a-z][a-z0-9.-]*$/, "must be the name of a service, as ecr.api"), list)
      .default([])
      .describe(
        "Services that are reached by an address in the network, paid by the hour, as ecr.api. Default none.",
      ),
    flowLogRetentionDays: logRetentionDays("Days that the record of accepted and refused traffic is kept"),
  },
  section,
);
