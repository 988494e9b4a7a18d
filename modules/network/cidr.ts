/** An IPv4 block: its first address as a number, and how many bits of it are fixed. */
export interface CidrBlock {
  readonly first: number;
  readonly prefixLength: number;
}

/** Addresses in a block of that prefix length. */
export const sizeOf = (prefixLength: number) => 2 ** (32 - prefixLength);

/**
 * A block from its text, such as `10.20.0.0/16`; nothing where it is not one, or begins at an address that
 * is not its first.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4632#section-3.1
 */
export function parseBlock(text: string): CidrBlock | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const [, ...numbers] = match ?? [];
  const [prefixLength = 33, ...rest] = numbers.map(Number).reverse();
  const octets = rest.reverse();
  const first = octets.reduce((address, octet) => address * 256 + octet, 0);
  const block = { first, prefixLength };
  const isBlock =
    prefixLength <= 32 && octets.every((octet) => octet <= 255) && first % sizeOf(prefixLength) === 0;
  // Written otherwise, as 010.0.0.0/8, it would differ from what AWS answers.
  return isBlock && formatBlock(block) === text ? block : undefined;
}

export function formatBlock({ first, prefixLength }: CidrBlock): string {
  const octets = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${octets.join(".")}/${prefixLength}`;
}

/** Whether `inner` lies in `outer`. */
export function within(inner: CidrBlock, outer: CidrBlock): boolean {
  return inner.prefixLength >= outer.prefixLength && overlap(inner, outer);
}

/** Whether two blocks share an address: then one holds the other. */
export function overlap(a: CidrBlock, b: CidrBlock): boolean {
  const size = sizeOf(Math.min(a.prefixLength, b.prefixLength));
  return Math.floor(a.first / size) === Math.floor(b.first / size);
}
