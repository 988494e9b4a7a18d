import { formatBlock, overlap, parseBlock, sizeOf, within } from "../../../modules/network/cidr";

const block = (text: string) => parseBlock(text) ?? { first: Number.NaN, prefixLength: Number.NaN };

test.each([
  ["0.0.0.0/0", 0, 0],
  ["10.20.0.0/16", 169_082_880, 16],
  ["10.20.30.16/28", 169_090_576, 28],
  ["255.255.255.255/32", 4_294_967_295, 32],
])("reads %s, and writes it the same", (text, first, prefixLength) => {
  expect(parseBlock(text)).toEqual({ first, prefixLength });
  expect(formatBlock({ first, prefixLength })).toBe(text);
});

test.each([
  ["10.20.0.0", "no prefix length"],
  ["10.20.0.1/16", "an address inside the block"],
  ["10.20.0.0/33", "too long a prefix"],
  ["10.256.0.0/16", "an octet above 255"],
  ["010.20.0.0/16", "a zero before an octet"],
  ["10.20.0.0/016", "a zero before the length"],
  ["10.20.0/16", "three octets"],
  ["2001:db8::/32", "IPv6"],
  [" 10.20.0.0/16", "a space"],
  ["", "nothing"],
])("rejects %s: %s", (text) => {
  expect(parseBlock(text)).toBeUndefined();
});

test("counts the addresses of a block", () => {
  expect([32, 28, 16, 0].map(sizeOf)).toEqual([1, 16, 65_536, 4_294_967_296]);
});

test.each([
  ["10.0.0.0/16", "10.0.255.0/24", true, false],
  ["10.0.255.0/24", "10.0.0.0/16", true, true],
  ["10.0.0.0/16", "10.0.0.0/16", true, true],
  ["10.0.0.0/24", "10.0.1.0/24", false, false],
  ["10.0.0.0/16", "11.0.0.0/16", false, false],
])("%s and %s: overlap %s, first within second %s", (a, b, shares, inside) => {
  expect([overlap(block(a), block(b)), overlap(block(b), block(a))]).toEqual([shares, shares]);
  expect(within(block(a), block(b))).toBe(inside);
});
