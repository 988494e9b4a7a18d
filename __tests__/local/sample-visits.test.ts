import { mistakesIn } from "../../lambdas/shared/event";
import { purchasesIn, sampleEvents } from "../../local/sample";
import {
  GENRES,
  PRODUCTS_OF_GENRE,
  productName,
  STORIES_OF_GENRE,
  storyName,
} from "../../local/sample-catalogue";
import { type VisitEvent, visitsAround, visitsNdjson } from "../../local/sample-visits";

const ndjson = visitsNdjson();
const events: readonly VisitEvent[] = ndjson
  .toString()
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));
const purchases = [...sampleEvents()].map((line) => JSON.parse(line));

const dayOf = ({ visitorId, occurredAt }: { visitorId: string; occurredAt: string }) =>
  `${visitorId} ${occurredAt.slice(0, 10)}`;
const numberOf = (type: VisitEvent["type"]) => events.filter((event) => event.type === type).length;
const genreOf = (name: string) => GENRES.findIndex((genre) => name.split("-").includes(genre));

test("is the same bytes every time, each event ended by a line feed", () => {
  expect(visitsNdjson().equals(ndjson)).toBe(true);
  expect(ndjson.toString()).toBe(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
});

test("every event is one that the pipeline takes, with an id of its own", () => {
  expect(events.map(mistakesIn).filter((mistake) => mistake !== undefined)).toEqual([]);
  const ids = [...events, ...purchases].map(({ eventId }) => eventId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("has the visits of the real days and customers, all of them and no other", () => {
  expect(new Set(events.map(dayOf))).toEqual(new Set(purchases.map(dayOf)));
});

test("ends before noon, when the purchase is", () => {
  expect(events.every(({ occurredAt }) => /T(0[89]|1[01]):/.test(occurredAt))).toBe(true);
});

test("has the events that its README counts: no purchase, and fewer with each step", () => {
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(["view", "click", "add_to_cart"]));
  expect([numberOf("view"), numberOf("click"), numberOf("add_to_cart"), purchases.length]).toEqual([
    23_387, 18_382, 15_089, 6_919,
  ]);
});

test("puts no more into the cart than was bought that day, and nothing that was not clicked before", () => {
  const pieces = new Map<string, number>();
  for (const purchase of purchases)
    pieces.set(dayOf(purchase), (pieces.get(dayOf(purchase)) ?? 0) + purchase.quantity);
  const carts = new Map<string, number>();
  for (const [index, event] of events.entries()) {
    if (event.type !== "add_to_cart") continue;
    carts.set(dayOf(event), (carts.get(dayOf(event)) ?? 0) + 1);
    const { contentId, productId, visitorId } = event;
    expect(events[index - 1]).toMatchObject({ type: "click", contentId, productId, visitorId });
  }
  for (const [day, count] of carts) expect(count).toBe(Math.min(pieces.get(day) ?? 0, 6));
});

test("names a product where one was clicked, and none where a story was seen", () => {
  for (const { type, productId } of events) expect(productId === undefined).toBe(type === "view");
});

test("names all of the catalogue, whose names differ", () => {
  const all = (names: (genre: number, number: number) => string, count: number) =>
    GENRES.flatMap((_, genre) => Array.from({ length: count }, (_, number) => names(genre, number))).sort();
  const named = (field: "contentId" | "productId") =>
    [...new Set(events.flatMap((event) => event[field] ?? []))].sort();
  expect(named("contentId")).toEqual(all(storyName, STORIES_OF_GENRE));
  expect(named("productId")).toEqual(all(productName, PRODUCTS_OF_GENRE));
  expect(named("contentId")).toHaveLength(120);
  expect(named("productId")).toHaveLength(400);
});

test("has taste in it: most clicks beside a story are of its music, and some of any", () => {
  const clicks = events.filter(({ type }) => type === "click");
  const own = clicks.filter(({ contentId, productId = "" }) => genreOf(contentId) === genreOf(productId));
  expect(own.length / clicks.length).toBeGreaterThan(0.7);
  expect(own.length / clicks.length).toBeLessThan(0.85);
});

test("a visit depends on its customer and day only", () => {
  const line = " 00004 0001 19970118  2   29.73";
  const visitOf = (text: string) =>
    [...visitsAround(purchasesIn(text))].filter(({ occurredAt }) => occurredAt.startsWith("1997-01-18"));
  const strip = (visit: readonly VisitEvent[]) => visit.map(({ eventId: _, ...rest }) => rest);
  expect(strip(visitOf(`\n 00021 0002 19970101  3   63.34\n${line}\n`))).toEqual(strip(visitOf(`${line}\n`)));
});

test("two purchases of one day are one visit", () => {
  const line = " 00004 0001 19970118  1   29.73\n";
  const carts = [...visitsAround(purchasesIn(line + line))].filter(({ type }) => type === "add_to_cart");
  expect(carts).toHaveLength(2);
  expect(carts.every(({ eventId }) => eventId.startsWith("cdnow-00001-"))).toBe(true);
});
