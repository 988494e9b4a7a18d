import { type CidrBlock, formatBlock, overlap, parseBlock, sizeOf, within } from "./cidr";

/** The tiers of a network, by what reaches them: the internet, only their answers, nothing. */
export const TIERS = ["public", "private", "isolated"] as const;

export type Tier = (typeof TIERS)[number];

/** The zones that a network can have, by the letter that ends their name; no region has more. */
export const LETTERS = ["a", "b", "c", "d", "e", "f"] as const;

export type Letter = (typeof LETTERS)[number];

/**
 * Largest and smallest block of a VPC and of a subnet, as prefix lengths. AWS keeps the first four addresses
 * of a subnet and the last one, so that a /28 has 11.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
const LARGEST = 16;
const SMALLEST = 28;

/**
 * Where each tier lives in the block, for all zones that there can be, present or not: so nothing that is
 * added or turned off moves anything else. A private zone has an eighth of the block, because that is where
 * things run; a public or isolated one has a 64th.
 *
 * `from` counts slots of that size, from the start of the block.
 */
const LAYOUT = {
  private: { bits: 3, from: 0 },
  public: { bits: 6, from: 48 },
  isolated: { bits: 6, from: 56 },
} as const satisfies Record<Tier, { bits: number; from: number }>;

/** Number of the tier's first /64 in the VPC's IPv6 block, which is a /56 and holds 256 of them. */
const FIRST_IPV6_NETWORK = { public: 0, private: 8, isolated: 16 } as const satisfies Record<Tier, number>;

/** What a tier asks for. */
export interface TierAddresses {
  /** Prefix length of each subnet. */
  readonly subnetPrefixLength?: number | undefined;
  /** Blocks that are given, by the letter of the zone. */
  readonly cidrBlocks?: Readonly<Partial<Record<Letter, string>>> | undefined;
}

export interface AddressRequest {
  /** The VPC's block, such as `10.20.0.0/16`. */
  readonly cidrBlock: string;
  readonly tiers: Readonly<Partial<Record<Tier, TierAddresses>>>;
  readonly letters: readonly Letter[];
}

export interface PlannedSubnet {
  readonly tier: Tier;
  readonly letter: Letter;
  readonly cidrBlock: string;
  /** Number of its /64 in the VPC's IPv6 block, 0 to 255. */
  readonly ipv6Network: number;
}

/** Every subnet with its block, or what is wrong with the request: one of the two is empty. */
export interface AddressPlan {
  readonly subnets: readonly PlannedSubnet[];
  readonly mistakes: readonly string[];
}

/**
 * Gives every tier and zone its addresses. Pure, and a subnet's block depends on the VPC's block, its own
 * tier and its own letter only: whatever else is added or taken away, it stays.
 */
export function planAddresses(request: AddressRequest): AddressPlan {
  const vpc = parseBlock(request.cidrBlock);
  if (vpc === undefined || vpc.prefixLength < LARGEST || vpc.prefixLength > SMALLEST) {
    const rule = `cidrBlock must be a block of /${LARGEST} to /${SMALLEST} at its first address, as 10.20.0.0/16`;
    return { subnets: [], mistakes: [`${rule}, got ${request.cidrBlock}`] };
  }
  const mistakes = [...mistakesInSizes(vpc, request), ...mistakesInGivenBlocks(vpc, request)];
  if (mistakes.length > 0) return { subnets: [], mistakes };
  const subnets = tiersOf(request).flatMap(([tier, addresses]) =>
    request.letters.map((letter) => subnetOf(vpc, tier, letter, addresses)),
  );
  const given = tiersOf(request).some(([, { cidrBlocks }]) => cidrBlocks !== undefined);
  const clashes = given ? overlapsAmong(subnets) : [];
  return clashes.length > 0 ? { subnets: [], mistakes: clashes } : { subnets, mistakes: [] };
}

function subnetOf(vpc: CidrBlock, tier: Tier, letter: Letter, addresses: TierAddresses): PlannedSubnet {
  const slot = LETTERS.indexOf(letter);
  const { bits, from } = LAYOUT[tier];
  const slotLength = vpc.prefixLength + bits;
  const first = vpc.first + (from + slot) * sizeOf(slotLength);
  const planned = formatBlock({ first, prefixLength: addresses.subnetPrefixLength ?? slotLength });
  return {
    tier,
    letter,
    cidrBlock: addresses.cidrBlocks?.[letter] ?? planned,
    ipv6Network: FIRST_IPV6_NETWORK[tier] + slot,
  };
}

/** All tiers need room, also those that are not there: they may come. */
function mistakesInSizes(vpc: CidrBlock, request: AddressRequest): string[] {
  const wrong = tiersOf(request).flatMap(([tier, { subnetPrefixLength: length }]) =>
    length === undefined || (Number.isInteger(length) && length >= LARGEST && length <= SMALLEST)
      ? []
      : [`tiers.${tier}.subnetPrefixLength must be ${LARGEST} to ${SMALLEST}, got ${length}`],
  );
  if (wrong.length > 0) return wrong;
  const needed = TIERS.map((tier) => ({
    tier,
    prefixLength: (request.tiers[tier]?.subnetPrefixLength ?? SMALLEST) - LAYOUT[tier].bits,
  })).reduce((most, next) => (next.prefixLength < most.prefixLength ? next : most));
  if (needed.prefixLength >= vpc.prefixLength) return [];
  const subnets = `${LETTERS.length} ${needed.tier} subnets of /${needed.prefixLength + LAYOUT[needed.tier].bits}`;
  const missing = sizeOf(needed.prefixLength) - sizeOf(vpc.prefixLength);
  const advice =
    needed.prefixLength >= LARGEST
      ? `the smallest block that fits is a /${needed.prefixLength}`
      : `no VPC holds more than a /${LARGEST}: take smaller subnets, or give their cidrBlocks`;
  return [
    `cidrBlock must have room for ${subnets} and the other tiers, got ${formatBlock(vpc)}: ` +
      `${missing} addresses are missing, and ${advice}`,
  ];
}

function mistakesInGivenBlocks(vpc: CidrBlock, request: AddressRequest): string[] {
  return tiersOf(request).flatMap(([tier, { cidrBlocks = {} }]) =>
    Object.entries(cidrBlocks).flatMap(([letter, text]) => {
      const prop = `tiers.${tier}.cidrBlocks`;
      if (!LETTERS.some((known) => known === letter)) {
        return [`${prop} must name zones by letter, ${LETTERS.join(", ")}, got ${letter}`];
      }
      const block = parseBlock(text);
      return block && block.prefixLength <= SMALLEST && within(block, vpc)
        ? []
        : [
            `${prop}.${letter} must be a block of /${SMALLEST} or more inside ${formatBlock(vpc)}, got ${text}`,
          ];
    }),
  );
}

/** Planned blocks never overlap, but given ones may: with each other, and with planned ones. */
function overlapsAmong(subnets: readonly PlannedSubnet[]): string[] {
  const blocks = subnets.flatMap((subnet) => {
    const block = parseBlock(subnet.cidrBlock);
    return block ? [{ ...block, name: `${subnet.tier} ${subnet.letter} (${subnet.cidrBlock})` }] : [];
  });
  return blocks.flatMap((one, index) =>
    blocks
      .slice(index + 1)
      .filter((other) => overlap(one, other))
      .map((other) => `tiers must not overlap, got ${one.name} and ${other.name}`),
  );
}

/** In the order of `TIERS`, whatever the order of the request. */
function tiersOf({ tiers }: AddressRequest): [Tier, TierAddresses][] {
  return TIERS.flatMap((tier): [Tier, TierAddresses][] => {
    const addresses = tiers[tier];
    return addresses ? [[tier, addresses]] : [];
  });
}
