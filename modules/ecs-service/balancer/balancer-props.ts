import type { LogBucket } from "../../storage";
import type { CognitoProps, OidcProps } from "./authentication";

/**
 * Policies of TLS that are modern: 1.2 or newer, and ciphers with forward secrecy. Those with `PQ` also agree on keys
 * that a quantum computer would not find; who does not know these uses others. `Res` leaves out CBC.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 */
export const TLS_POLICIES = [
  "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
  "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
  "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
  "ELBSecurityPolicy-TLS13-1-3-2021-06",
  "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
  "ELBSecurityPolicy-TLS13-1-2-2021-06",
] as const;

export type TlsPolicy = (typeof TLS_POLICIES)[number];

export const BALANCER_DEFAULTS = {
  internal: true,
  openToAll: false,
  ipv6: false,
  tlsPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
  idleTimeoutSeconds: 60,
  desyncMitigation: "defensive",
  deletionProtection: true,
  waf: false,
  wafRequestLimit: 2_000,
  wafRefuseAnonymous: false,
  wafLogRetentionDays: 90,
} as const;

/** Where a load balancer writes who asked for what. */
export interface AccessLogs {
  /** A bucket of this stack, or the name of one that is there and lets the load balancer write. */
  readonly bucket: LogBucket | string;
  /** What the keys begin with, without a `/` at its ends. @default the load balancer's name */
  readonly prefix?: string;
}

/** What a load balancer can be told. */
export interface LoadBalancerProps {
  /** Name of the load balancer and of what belongs to it, 32 characters or fewer. */
  readonly balancerName: string;
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Ids of subnets in two zones or more: public ones for a load balancer that is not internal. */
  readonly subnetIds: string[];
  /** Blocks of addresses that may come in. A block wider than /8, or /16 of IPv6, is everybody: see `openToAll`. */
  readonly allowFrom: readonly string[];
  /** Reached from inside the network only; otherwise it has public addresses. @default true */
  readonly internal?: boolean;
  /** Says that `allowFrom` may be everybody; not for an internal one. @default false */
  readonly openToAll?: boolean;
  /** Has addresses of IPv6 too; the subnets must have them. @default false */
  readonly ipv6?: boolean;
  /** Name that clients use. Without `certificateArn` a certificate is made for it. @default the name that AWS makes */
  readonly domainName?: string | undefined;
  /** ARN of a certificate that is there. Either this or `domainName`, or both. @default one is made */
  readonly certificateArn?: string | undefined;
  /**
   * Id of the public zone of Route 53 that holds `domainName`: gets the record that proves the domain, and those that lead to
   * the load balancer. Without it both are made by hand: see `Certificate`. @default none
   */
  readonly hostedZoneId?: string | undefined;
  /** What TLS clients must speak. @default "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09" */
  readonly tlsPolicy?: TlsPolicy;
  /** Seconds until a connection that nobody uses is closed, 1 to 4,000; see `keepAliveSeconds`. @default 60 */
  readonly idleTimeoutSeconds?: number;
  /** What becomes of requests that servers may read differently: `strictest` also refuses odd ones that are harmless. @default "defensive" */
  readonly desyncMitigation?: "defensive" | "strictest";
  /** Where access logs go; `none` writes none. @default a bucket of its own, `<balancerName>-logs-<account>-<region>` */
  readonly accessLogs?: AccessLogs | "none";
  /** Refuses to destroy the load balancer, and a log bucket of its own. @default true */
  readonly deletionProtection?: boolean;
  /** Asks users to log in before any request goes on. @default nobody is asked */
  readonly authenticate?: OidcProps | CognitoProps | undefined;
  /** ARN of a web ACL that is there. Either this or `waf`. @default none */
  readonly webAclArn?: string | undefined;
  /** Makes a web ACL: AWS's rules against common attacks, known bad inputs and anonymous clients, and a limit of requests. @default false */
  readonly waf?: boolean;
  /** Requests of one address in five minutes from which on it is refused, 10 to 2,000,000,000. @default 2000 */
  readonly wafRequestLimit?: number;
  /** Common rules that only count, such as `SizeRestrictions_BODY`, which refuses bodies of more than 8 KB. @default none */
  readonly wafCountedRules?: readonly string[];
  /** Refuses who comes by a VPN, a proxy or a hosting provider; otherwise they are counted only. @default false */
  readonly wafRefuseAnonymous?: boolean;
  /** Days that the log of the web ACL is kept: one of the values that CloudWatch Logs knows. @default 90 */
  readonly wafLogRetentionDays?: number;
  /** ARN of the key that encrypts the log of the web ACL; needed with `waf`. @default none */
  readonly keyArn?: string | undefined;
}
