/** A valid line, with what differs. */
export function purchase(with_: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    eventId: "e-1",
    type: "purchase",
    occurredAt: "2024-05-17T12:00:00Z",
    shopId: "atlas",
    contentId: "story-7",
    productId: "sku-1",
    visitorId: "v-1",
    quantity: 2,
    amount: "11.77",
    currency: "EUR",
    ...with_,
  };
}

export function view(with_: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { quantity: _q, amount: _a, currency: _c, ...rest } = purchase();
  return { ...rest, type: "view", ...with_ };
}

/** A raw file. */
export const ndjson = (...events: readonly object[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join("");

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same members in another order. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ item }) => item);
}
