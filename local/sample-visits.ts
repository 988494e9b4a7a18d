import { readFileSync } from "node:fs";
import { purchasesIn, SAMPLE_FILE, type SAMPLE_SHOP, type SampleEvent } from "./sample";
import { GENRES, PRODUCTS_OF_GENRE, productName, STORIES_OF_GENRE, storyName } from "./sample-catalogue";

/** Stories that a visitor sees in one visit, at least and at most. */
const STORIES_SEEN = { least: 2, most: 5 } as const;
/** CDs that a visit puts into the cart at most; those of the real purchase, where they are fewer. */
const MOST_CARTS = 6;
/** How often, of 1, a story is of the visitor's favourite music, a CD is a bestseller of the shop, and a last CD is only looked at. */
const SHARE = { favourite: 0.65, bestseller: 0.3, lookedAtOnly: 0.5 } as const;

const MINUTE = 60_000;
/** Visits begin between eight and half past eleven, and end before noon, the time of the purchase. */
const BEGINS = { first: 8 * 60 * MINUTE, window: 210 * MINUTE } as const;
const PAUSE = { least: 5_000, window: 55_000 } as const;

/** What a visitor did before a purchase, in the field order of its line of NDJSON. */
export interface VisitEvent {
  readonly schemaVersion: 1;
  /** The id of the day's first purchase, and the number of the step, from 1. */
  readonly eventId: string;
  readonly type: "view" | "click" | "add_to_cart";
  readonly occurredAt: string;
  readonly shopId: typeof SAMPLE_SHOP;
  /** The real customer. */
  readonly visitorId: string;
  readonly contentId: string;
  readonly productId?: string;
}

/** Generated visits around the real purchases, as one file of NDJSON: the same bytes every time. */
export function visitsNdjson(): Buffer {
  const events = visitsAround(purchasesIn(readFileSync(SAMPLE_FILE, "ascii")));
  return Buffer.from([...events, ""].map((event) => event && JSON.stringify(event)).join("\n"));
}

/** One visit for each day on which a customer bought; what each holds depends on this customer and day only. */
export function* visitsAround(purchases: Iterable<SampleEvent>): Generator<VisitEvent> {
  const visits = new Map<string, { readonly first: SampleEvent; pieces: number }>();
  for (const purchase of purchases) {
    const key = `${purchase.visitorId} ${purchase.occurredAt}`;
    const visit = visits.get(key);
    if (visit === undefined) visits.set(key, { first: purchase, pieces: purchase.quantity });
    else visit.pieces += purchase.quantity;
  }
  for (const [key, { first, pieces }] of visits) yield* visit(first, pieces, new Dice(key));
}

type Step = Pick<VisitEvent, "type" | "contentId" | "productId">;

function* visit(purchase: SampleEvent, pieces: number, dice: Dice): Generator<VisitEvent> {
  const { eventId, shopId, visitorId, occurredAt } = purchase;
  const day = Date.parse(`${occurredAt.slice(0, 10)}T00:00:00Z`);
  let at = day + BEGINS.first + dice.below(BEGINS.window);
  let step = 0;
  for (const { type, contentId, productId } of stepsOf(visitorId, pieces, dice)) {
    step += 1;
    yield {
      schemaVersion: 1,
      eventId: `${eventId}-${step}`,
      type,
      occurredAt: `${new Date(at).toISOString().slice(0, 19)}Z`,
      shopId,
      visitorId,
      contentId,
      ...(productId !== undefined && { productId }),
    };
    at += PAUSE.least + dice.below(PAUSE.window);
  }
}

/** Views stories one after the other; beside each, looks at CDs and puts some into the cart. */
function* stepsOf(visitorId: string, pieces: number, dice: Dice): Generator<Step> {
  const favourite = new Dice(visitorId).skewed(GENRES.length);
  const seen = STORIES_SEEN.least + dice.below(STORIES_SEEN.most - STORIES_SEEN.least + 1);
  const carts = Math.min(pieces, MOST_CARTS);
  const clicks = carts + (dice.happens(SHARE.lookedAtOnly) ? 1 : 0);
  const besides = Array.from({ length: clicks }, () => dice.below(seen));
  for (let place = 0; place < seen; place += 1) {
    const genre = dice.happens(SHARE.favourite) ? favourite : dice.skewed(GENRES.length);
    const contentId = storyName(genre, dice.skewed(STORIES_OF_GENRE));
    yield { type: "view", contentId };
    for (const [click, beside] of besides.entries()) {
      if (beside !== place) continue;
      const productId = productBeside(genre, dice);
      yield { type: "click", contentId, productId };
      if (click < carts) yield { type: "add_to_cart", contentId, productId };
    }
  }
}

/** One of the shop's bestsellers, whatever the story is about, or one of its kind of music. */
function productBeside(genre: number, dice: Dice): string {
  if (dice.happens(SHARE.bestseller))
    return productName(dice.skewed(GENRES.length), dice.skewed(PRODUCTS_OF_GENRE));
  return productName(genre, dice.skewed(PRODUCTS_OF_GENRE));
}

/** Chance that comes from a text: the same numbers for the same text (FNV-1a, mulberry32). */
class Dice {
  private state = 0x811c9dc5;

  constructor(text: string) {
    for (const byte of Buffer.from(text)) this.state = Math.imul(this.state ^ byte, 0x01000193);
  }

  /** A whole number from 0, below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** As `below`, small numbers more often: 0 comes with the square root of its even share. */
  skewed(end: number): number {
    const share = this.next();
    return Math.floor(share * share * end);
  }

  happens(share: number): boolean {
    return this.next() < share;
  }

  /** In [0, 1). */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
