import { Token } from "cdktf";
import { authenticationMistakes } from "./authentication";
import { BALANCER_DEFAULTS, type LoadBalancerProps, TLS_POLICIES } from "./balancer-props";
import { isIpv6 } from "./balancer-security-group";

/**
 * What is wrong with a load balancer.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
 */
export function balancerMistakes(props: LoadBalancerProps): string[] {
  const {
    balancerName,
    subnetIds,
    tlsPolicy = BALANCER_DEFAULTS.tlsPolicy,
    idleTimeoutSeconds = BALANCER_DEFAULTS.idleTimeoutSeconds,
    authenticate,
  } = props;
  return [
    ...(isBalancerName(balancerName)
      ? []
      : [
          `balancerName must be 1 to 32 letters, digits and hyphens, with no hyphen at its ends and no internal- before it, got ${balancerName || "nothing"}`,
        ]),
    ...(Token.isUnresolved(subnetIds) || subnetIds.length >= 2
      ? []
      : [`subnetIds must hold two or more, in different zones, got ${subnetIds.length}`]),
    ...addressMistakes(props),
    ...domainMistakes(props),
    ...(TLS_POLICIES.includes(tlsPolicy)
      ? []
      : [`tlsPolicy must be one of ${TLS_POLICIES.join(", ")}, got ${tlsPolicy}`]),
    ...(isWhole(idleTimeoutSeconds, 1, 4_000)
      ? []
      : [`idleTimeoutSeconds must be a whole number of 1 to 4000, got ${idleTimeoutSeconds}`]),
    ...(authenticate ? authenticationMistakes(authenticate) : []),
    ...wafMistakes(props),
  ];
}

function isBalancerName(name: string): boolean {
  return /^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/.test(name);
}

/** Everybody is let in by those only who say so: the one word is found in a review, a block of addresses is not. */
function addressMistakes(props: LoadBalancerProps): string[] {
  const {
    allowFrom,
    internal = BALANCER_DEFAULTS.internal,
    openToAll = BALANCER_DEFAULTS.openToAll,
    ipv6 = BALANCER_DEFAULTS.ipv6,
  } = props;
  const blocks = allowFrom.filter((block) => !Token.isUnresolved(block));
  return [
    ...(allowFrom.length === 0 ? ["allowFrom must hold at least one block, got none"] : []),
    ...blocks
      .filter((block) => prefixLength(block) === undefined)
      .map((block) => `allowFrom must hold blocks such as 10.0.0.0/16, got ${block || "nothing"}`),
    ...new Set(
      allowFrom
        .filter((block, index) => allowFrom.indexOf(block) !== index)
        .map((block) => `allowFrom must hold each once, got ${block} twice`),
    ),
    ...blocks
      .filter((block) => !openToAll && isEverybody(block))
      .map((block) => `allowFrom must not be everybody unless openToAll is true, got ${block}`),
    ...(openToAll && internal ? ["openToAll must go with internal: false, got an internal one"] : []),
    ...blocks
      .filter((block) => !ipv6 && isIpv6(block))
      .map((block) => `ipv6 must be true where allowFrom holds blocks of IPv6, got ${block}`),
  ];
}

/** Nothing where the text is not a block. */
function prefixLength(block: string): number | undefined {
  const [, length] =
    /^(?:\d{1,3}(?:\.\d{1,3}){3}\/(\d|[12]\d|3[0-2])|[0-9a-f:]+:[0-9a-f:]*\/(?:\d{1,2}|1[01]\d|12[0-8]))$/i.exec(
      block,
    )
      ? (/\/(\d+)$/.exec(block) ?? [])
      : [];
  return length === undefined ? undefined : Number(length);
}

/** Nobody has a block of more addresses. */
const isEverybody = (block: string) => (prefixLength(block) ?? 128) < (isIpv6(block) ? 16 : 8);

function domainMistakes({ domainName, certificateArn, hostedZoneId }: LoadBalancerProps): string[] {
  return [
    ...(domainName === undefined && certificateArn === undefined
      ? ["domainName or certificateArn must be set, or there is no HTTPS, got neither"]
      : []),
    ...(domainName === undefined && hostedZoneId !== undefined
      ? [`hostedZoneId must go with domainName, got ${hostedZoneId} alone`]
      : []),
    ...(domainName === undefined || isDomain(domainName)
      ? []
      : [
          `domainName must be a name in lower case, such as data.example.com, got ${domainName || "nothing"}`,
        ]),
  ];
}

const isDomain = (name: string) =>
  Token.isUnresolved(name) || /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(name);

/** @see https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html */
function wafMistakes(props: LoadBalancerProps): string[] {
  const {
    waf = BALANCER_DEFAULTS.waf,
    wafRequestLimit = BALANCER_DEFAULTS.wafRequestLimit,
    webAclArn,
    keyArn,
  } = props;
  return [
    ...(waf && webAclArn !== undefined ? ["waf or webAclArn must be set, and not both, got both"] : []),
    ...(waf && keyArn === undefined ? ["keyArn must be set where waf makes a log, got nothing"] : []),
    ...(isWhole(wafRequestLimit, 10, 2_000_000_000)
      ? []
      : [`wafRequestLimit must be a whole number of 10 to 2000000000, got ${wafRequestLimit}`]),
  ];
}

const isWhole = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;
