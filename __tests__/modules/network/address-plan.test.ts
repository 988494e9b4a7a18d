import fc from "fast-check";
import { type AddressRequest, type Letter, planAddresses, TIERS, type Tier } from "../../../modules";

const LETTERS: readonly Letter[] = ["a", "b", "c", "d", "e", "f"];
const RUNS = { numRuns: 1_000 };

/** First and last address, computed apart from what is tested. */
function range(cidrBlock: string): [first: number, last: number, prefixLength: number] {
  const [address = "", length = ""] = cidrBlock.split("/");
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  return [first, first + 2 ** (32 - Number(length)) - 1, Number(length)];
}

/** Any block of /16 to /22, as text. */
const vpcBlock = fc
  .record({ prefixLength: fc.integer({ min: 16, max: 22 }), number: fc.nat(2 ** 16 - 1) })
  .map(({ prefixLength, number }) => {
    const first = 10 * 2 ** 24 + (number % 2 ** (prefixLength - 8)) * 2 ** (32 - prefixLength);
    return `${[24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join(".")}/${prefixLength}`;
  });

/** Any tiers, zones and sizes that fit. */
const request: fc.Arbitrary<AddressRequest> = vpcBlock.chain((cidrBlock) => {
  const [, , vpc] = range(cidrBlock);
  const tier = (bits: number) =>
    fc.record({
      subnetPrefixLength: fc.option(fc.integer({ min: vpc + bits, max: 28 }), { nil: undefined }),
    });
  return fc.record({
    cidrBlock: fc.constant(cidrBlock),
    letters: fc.uniqueArray(fc.constantFrom(...LETTERS), { minLength: 1 }),
    tiers: fc.record({ public: tier(6), private: tier(3), isolated: tier(6) }, { requiredKeys: [] }),
  });
});

const blocksOf = (asked: AddressRequest) => {
  const { subnets, mistakes } = planAddresses(asked);
  if (mistakes.length > 0) throw new Error(mistakes.join("\n"));
  return Object.fromEntries(
    subnets.map(({ tier, letter, ...addresses }) => [`${tier}-${letter}`, addresses]),
  );
};

test("gives private zones an eighth of the block, the others a 64th, in the order of their letters", () => {
  const blocks = blocksOf({
    cidrBlock: "10.20.0.0/16",
    tiers: { public: {}, private: {}, isolated: {} },
    letters: ["a", "b", "f"],
  });
  expect(blocks).toEqual({
    "private-a": { cidrBlock: "10.20.0.0/19", ipv6Network: 8 },
    "private-b": { cidrBlock: "10.20.32.0/19", ipv6Network: 9 },
    "private-f": { cidrBlock: "10.20.160.0/19", ipv6Network: 13 },
    "public-a": { cidrBlock: "10.20.192.0/22", ipv6Network: 0 },
    "public-b": { cidrBlock: "10.20.196.0/22", ipv6Network: 1 },
    "public-f": { cidrBlock: "10.20.212.0/22", ipv6Network: 5 },
    "isolated-a": { cidrBlock: "10.20.224.0/22", ipv6Network: 16 },
    "isolated-b": { cidrBlock: "10.20.228.0/22", ipv6Network: 17 },
    "isolated-f": { cidrBlock: "10.20.244.0/22", ipv6Network: 21 },
  });
});

test("begins a smaller subnet where the larger one would begin", () => {
  const tiers = { private: { subnetPrefixLength: 24 } };
  expect(blocksOf({ cidrBlock: "10.20.0.0/16", tiers, letters: ["b"] })).toEqual({
    "private-b": { cidrBlock: "10.20.32.0/24", ipv6Network: 9 },
  });
});

test("takes the blocks that it is given, and plans the others", () => {
  const tiers = { private: { cidrBlocks: { a: "10.20.16.0/20" } } };
  expect(blocksOf({ cidrBlock: "10.20.0.0/16", tiers, letters: ["a", "b"] })).toMatchObject({
    "private-a": { cidrBlock: "10.20.16.0/20" },
    "private-b": { cidrBlock: "10.20.32.0/19" },
  });
});

describe("for whatever network", () => {
  test("subnets lie in the block, have sizes that AWS takes, and share no address", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const [first, last] = range(asked.cidrBlock);
        const ranges = Object.values(blocksOf(asked))
          .map(({ cidrBlock }) => range(cidrBlock))
          .sort(([a], [b]) => a - b);
        const wrong = ranges.filter(([from, to, prefixLength], index) => {
          const before = ranges[index - 1]?.[1] ?? first - 1;
          const aligned = from % 2 ** (32 - prefixLength) === 0;
          return from <= before || to > last || !aligned || prefixLength < 16 || prefixLength > 28;
        });
        expect(wrong).toEqual([]);
        expect(ranges).toHaveLength(Object.keys(asked.tiers).length * asked.letters.length);
      }),
      RUNS,
    );
  });

  test("IPv6 subnets are different ones of the 256 that a VPC has", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const networks = Object.values(blocksOf(asked)).map(({ ipv6Network }) => ipv6Network);
        expect(new Set(networks).size).toBe(networks.length);
        expect(networks.every((network) => network >= 0 && network <= 255)).toBe(true);
      }),
      RUNS,
    );
  });

  test("adding a zone or a tier, or taking one away, moves nothing that stays", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const before = blocksOf(asked);
        for (const letter of LETTERS) {
          const letters = asked.letters.includes(letter)
            ? asked.letters.filter((each) => each !== letter)
            : [letter, ...asked.letters];
          expect(moved(before, blocksOf({ ...asked, letters }))).toEqual([]);
        }
        for (const tier of TIERS) {
          const { [tier]: gone, ...rest } = asked.tiers;
          const tiers = gone ? rest : { ...rest, [tier]: {} };
          expect(moved(before, blocksOf({ ...asked, tiers }))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test("the order of zones does not matter", () => {
    fc.assert(
      fc.property(request, (asked) => {
        expect(blocksOf({ ...asked, letters: [...asked.letters].reverse() })).toEqual(blocksOf(asked));
      }),
      RUNS,
    );
  });

  test("another size of one tier leaves the others where they are", () => {
    fc.assert(
      fc.property(request, fc.constantFrom<Tier>(...TIERS), (asked, tier) => {
        const tiers = { ...asked.tiers, [tier]: { subnetPrefixLength: 28 } };
        const others = (blocks: object) =>
          Object.entries(blocks).filter(([name]) => !name.startsWith(`${tier}-`));
        expect(others(blocksOf({ ...asked, tiers }))).toEqual(others(blocksOf(asked)));
      }),
      RUNS,
    );
  });

  test("the smallest block that an error names fits, and half of it does not", () => {
    const length = fc.record({ subnetPrefixLength: fc.integer({ min: 20, max: 28 }) });
    const tiers = fc.record({ public: length, private: length, isolated: length }, { requiredKeys: [] });
    fc.assert(
      fc.property(tiers, fc.integer({ min: 17, max: 28 }), (sizes, prefixLength) => {
        const asked = (size: number): AddressRequest => ({
          cidrBlock: `10.0.0.0/${size}`,
          tiers: sizes,
          letters: ["a"],
        });
        const [mistake = ""] = planAddresses(asked(prefixLength)).mistakes;
        const [, missing, smallest] =
          /: (\d+) addresses are missing, and the smallest block that fits is a \/(\d+)$/.exec(mistake) ?? [];
        fc.pre(smallest !== undefined);
        expect(planAddresses(asked(Number(smallest))).mistakes).toEqual([]);
        expect(planAddresses(asked(Number(smallest) + 1)).mistakes).toHaveLength(1);
        expect(2 ** (32 - Number(smallest)) - 2 ** (32 - prefixLength)).toBe(Number(missing));
      }),
      RUNS,
    );
  });
});

/** Subnets of both that are not the same in both. */
function moved(before: ReturnType<typeof blocksOf>, after: ReturnType<typeof blocksOf>): string[] {
  return Object.entries(before)
    .filter(([name, { cidrBlock, ipv6Network }]) => {
      const now = after[name];
      return now !== undefined && (now.cidrBlock !== cidrBlock || now.ipv6Network !== ipv6Network);
    })
    .map(([name]) => name);
}

describe("rejects", () => {
  const mistakes = (asked: Partial<AddressRequest>) =>
    planAddresses({ cidrBlock: "10.20.0.0/16", tiers: { private: {} }, letters: ["a", "b"], ...asked });

  test.each(["10.20.0.0/15", "10.20.0.0/29", "10.20.0.1/16", "10.20.0.0", "10.20.0.0/x"])(
    "%s for the block of a VPC",
    (cidrBlock) => {
      expect(mistakes({ cidrBlock })).toEqual({
        subnets: [],
        mistakes: [
          `cidrBlock must be a block of /16 to /28 at its first address, as 10.20.0.0/16, got ${cidrBlock}`,
        ],
      });
    },
  );

  test("a block that is too small, with what is missing and what fits", () => {
    expect(mistakes({ cidrBlock: "10.20.0.0/24" }).mistakes).toEqual([
      "cidrBlock must have room for 6 public subnets of /28 and the other tiers, got 10.20.0.0/24: " +
        "768 addresses are missing, and the smallest block that fits is a /22",
    ]);
  });

  test("subnets that are too large for the block, with what fits", () => {
    const tiers = { private: { subnetPrefixLength: 20 } };
    expect(mistakes({ cidrBlock: "10.20.0.0/20", tiers }).mistakes).toEqual(
      [
        "cidrBlock must have room for 6 private subnets of /20 and the other tiers, got 10.20.0.0/20: " +
          "28672 addresses are missing, and the smallest block that fits is a /17",
      ].map((text) => text.replace("61440", String(2 ** 15 - 2 ** 12))),
    );
  });

  test("subnets that no VPC has room for, with the way out", () => {
    const tiers = { public: { subnetPrefixLength: 20 } };
    expect(mistakes({ tiers }).mistakes).toEqual([
      "cidrBlock must have room for 6 public subnets of /20 and the other tiers, got 10.20.0.0/16: " +
        "196608 addresses are missing, and no VPC holds more than a /16: take smaller subnets, or give their cidrBlocks",
    ]);
  });

  test.each([15, 29, 20.5])("a prefix length of %d", (subnetPrefixLength) => {
    expect(mistakes({ tiers: { isolated: { subnetPrefixLength } } }).mistakes).toEqual([
      `tiers.isolated.subnetPrefixLength must be 16 to 28, got ${subnetPrefixLength}`,
    ]);
  });

  test.each(["10.21.0.0/20", "10.20.0.0/29", "10.20.0.8/24", "text"])("%s for a subnet", (a) => {
    expect(mistakes({ tiers: { private: { cidrBlocks: { a } } } }).mistakes).toEqual([
      `tiers.private.cidrBlocks.a must be a block of /28 or more inside 10.20.0.0/16, got ${a}`,
    ]);
  });

  test("a block for a zone that cannot be", () => {
    const cidrBlocks: Readonly<Record<string, string>> = { g: "10.20.0.0/24" };
    expect(mistakes({ tiers: { private: { cidrBlocks } } }).mistakes).toEqual([
      "tiers.private.cidrBlocks must name zones by letter, a, b, c, d, e, f, got g",
    ]);
  });

  test("blocks that share addresses", () => {
    const tiers = { private: { cidrBlocks: { a: "10.20.32.0/20" } } };
    expect(mistakes({ tiers }).mistakes).toEqual([
      "tiers must not overlap, got private a (10.20.32.0/20) and private b (10.20.32.0/19)",
    ]);
  });
});
