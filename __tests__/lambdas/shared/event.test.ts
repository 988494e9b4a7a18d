import { Event, isEvent, mistakesIn } from "../../../lambdas/shared/event";
import { purchase, seeded, view } from "../support/events";

const ID = "must be a string of 1 to 128 characters without # and control characters";
const AMOUNT = 'must be a decimal string like "11.77" with at most 14 digits before and 4 after the point';
const INSTANT = 'must be a UTC instant like "2024-05-17T12:00:00Z", at most 6 decimals, 1970 to 2199';
const SHOP =
  "must be a string of 1 to 64 letters, digits, dots, dashes and underscores that begins with a letter or digit";

describe("an event", () => {
  test.each<[string, object]>([
    ["a purchase", purchase()],
    ["a view", view()],
    ["a click", view({ type: "click" })],
    ["an add to cart with a price", purchase({ type: "add_to_cart" })],
    ["schema version 1 by name", purchase({ schemaVersion: 1 })],
    ["schema version 2 with its session", purchase({ schemaVersion: 2, sessionId: "s-1" })],
    ["no content and no product", purchase({ contentId: undefined, productId: undefined })],
    ["an amount of zero", purchase({ amount: "0" })],
    ["an amount of 0.00", purchase({ amount: "0.00" })],
    ["the largest amount", purchase({ amount: "99999999999999.9999" })],
    ["the largest quantity", purchase({ quantity: 2_147_483_647 })],
    ["an id of 128 characters", purchase({ visitorId: "ü".repeat(128) })],
    ["an id of spaces and emoji", purchase({ contentId: "a story 🎈" })],
    ["a shop id of 64 characters", purchase({ shopId: "a".repeat(64) })],
    ["six decimals of a second", purchase({ occurredAt: "2024-02-29T23:59:59.999999Z" })],
  ])("may be %s", (_what, event) => {
    expect(mistakesIn(event)).toBeUndefined();
    expect(isEvent(event)).toBe(true);
  });

  test.each<[string, unknown, string]>([
    [
      "an array",
      [purchase()],
      'a line must be a JSON object, got [{"eventId":"e-1","type":"purchase","occurredAt":"2024-05-17T12:…',
    ],
    ["null", null, "a line must be a JSON object, got null"],
    ["a number", 7, "a line must be a JSON object, got 7"],
    ["an unknown field", view({ colour: "red" }), '"colour" is not a field of an event, got "red"'],
    ["a field of every object", view({ toString: 1 }), '"toString" is not a field of an event, got 1'],
    [
      "a prototype",
      JSON.parse('{"__proto__":{},"type":"view"}'),
      expect.stringContaining('"__proto__" is not a field of an event') as never,
    ],
    ["schema version 3", view({ schemaVersion: 3 }), "schemaVersion must be 1, 2 or absent, got 3"],
    ["schema version 2 without session", view({ schemaVersion: 2 }), `sessionId is missing: it ${ID}`],
    ["a bad session", view({ schemaVersion: 2, sessionId: "#" }), `sessionId ${ID}, got "#"`],
    [
      "a session in schema version 1",
      view({ schemaVersion: 1, sessionId: "s-1" }),
      'sessionId is a field of schema version 2 only, got "s-1"',
    ],
    [
      "a session without schema version",
      view({ sessionId: "s-1" }),
      'sessionId is a field of schema version 2 only, got "s-1"',
    ],
    [
      "an unknown type",
      view({ type: "wish" }),
      'type must be one of view, click, add_to_cart, purchase, got "wish"',
    ],
    [
      "no type",
      view({ type: undefined }),
      "type is missing: it must be one of view, click, add_to_cart, purchase",
    ],
    ["no eventId", view({ eventId: undefined }), `eventId is missing: it ${ID}`],
    ["an empty eventId", view({ eventId: "" }), `eventId ${ID}, got ""`],
    ["an id with #", view({ contentId: "a#b" }), `contentId ${ID}, got "a#b"`],
    ["an id with a line break", view({ productId: "a\nb" }), `productId ${ID}, got "a\\nb"`],
    [
      "an id with a control character of Latin-1",
      view({ productId: "a\u0085" }),
      `productId ${ID}, got "a\u0085"`,
    ],
    ["half a surrogate pair", view({ visitorId: "a\ud800" }), `visitorId ${ID}, got "a\\ud800"`],
    [
      "an id of 129 characters",
      view({ visitorId: "x".repeat(129) }),
      `visitorId ${ID}, got "${"x".repeat(63)}…`,
    ],
    ["null for an optional field", view({ contentId: null }), `contentId ${ID}, got null`],
    ["a shop id with a slash", view({ shopId: "a/b" }), `shopId ${SHOP}, got "a/b"`],
    ["a shop id that begins with a dot", view({ shopId: "..", eventId: "e" }), `shopId ${SHOP}, got ".."`],
    [
      "a shop id of 65 characters",
      view({ shopId: "a".repeat(65) }),
      `shopId ${SHOP}, got "${"a".repeat(63)}…`,
    ],
    ["a day without time", view({ occurredAt: "2024-05-17" }), `occurredAt ${INSTANT}, got "2024-05-17"`],
    [
      "an offset",
      view({ occurredAt: "2024-05-17T12:00:00+02:00" }),
      `occurredAt ${INSTANT}, got "2024-05-17T12:00:00+02:00"`,
    ],
    ["a time in seconds", view({ occurredAt: 1715947200 }), `occurredAt ${INSTANT}, got 1715947200`],
    [
      "a purchase without quantity",
      purchase({ quantity: undefined }),
      "quantity is missing: it must be a whole number from 1 to 2147483647",
    ],
    [
      "a quantity of zero",
      purchase({ quantity: 0 }),
      "quantity must be a whole number from 1 to 2147483647, got 0",
    ],
    [
      "half a piece",
      purchase({ quantity: 1.5 }),
      "quantity must be a whole number from 1 to 2147483647, got 1.5",
    ],
    [
      "a quantity past INT32",
      purchase({ quantity: 2_147_483_648 }),
      "quantity must be a whole number from 1 to 2147483647, got 2147483648",
    ],
    [
      "a quantity as text",
      purchase({ quantity: "1" }),
      'quantity must be a whole number from 1 to 2147483647, got "1"',
    ],
    [
      "a bad quantity of a view",
      view({ quantity: -1 }),
      "quantity must be a whole number from 1 to 2147483647, got -1",
    ],
    [
      "an amount as a number",
      purchase({ amount: 11.77 }),
      "amount must be a string so that it stays exact, got the number 11.77",
    ],
    ["a purchase without amount", purchase({ amount: undefined }), `amount is missing: it ${AMOUNT}`],
    ["a negative amount", purchase({ amount: "-1" }), `amount ${AMOUNT}, got "-1"`],
    ["an exponent", purchase({ amount: "1e3" }), `amount ${AMOUNT}, got "1e3"`],
    ["five decimals", purchase({ amount: "1.00001" }), `amount ${AMOUNT}, got "1.00001"`],
    ["fifteen digits", purchase({ amount: "100000000000000" }), `amount ${AMOUNT}, got "100000000000000"`],
    ["a point without decimals", purchase({ amount: "1." }), `amount ${AMOUNT}, got "1."`],
    ["leading zeros", purchase({ amount: "007" }), `amount ${AMOUNT}, got "007"`],
    [
      "a currency in small letters",
      purchase({ currency: "eur" }),
      'currency must be an ISO 4217 code of three capital letters, got "eur"',
    ],
    [
      "a purchase without currency",
      purchase({ currency: undefined }),
      "currency is missing: it must be an ISO 4217 code of three capital letters",
    ],
  ])("rejects %s", (_what, line, reason) => {
    expect(mistakesIn(line)).toEqual(reason);
    expect(isEvent(line)).toBe(false);
  });

  test("rejects several mistakes with all their reasons", () => {
    expect(mistakesIn(purchase({ quantity: 0, currency: "€", colour: 1 }))).toBe(
      "quantity must be a whole number from 1 to 2147483647, got 0; " +
        'currency must be an ISO 4217 code of three capital letters, got "€"; ' +
        '"colour" is not a field of an event, got 1',
    );
  });

  test("is the same to the fast check and to the schema", () => {
    const random = seeded(7);
    const odd = [
      undefined,
      null,
      "",
      "#",
      "x",
      "1",
      "0.1",
      "USD",
      0,
      1,
      -0,
      1.5,
      Number.POSITIVE_INFINITY,
      true,
      [],
      {},
      "2024-02-30T00:00:00Z",
      "view",
      "purchase",
      "click",
      "é",
      "a\u0000",
      "2024-05-17T12:00:00.1Z",
      "x".repeat(129),
      2,
      Number.NaN,
    ];
    const fields = [...Object.keys(purchase()), "schemaVersion", "sessionId", "other", "__proto__"];
    const answers = { yes: 0, no: 0 };
    for (let round = 0; round < 20_000; round += 1) {
      const event = random() < 0.5 ? purchase() : view();
      if (random() < 0.5) Object.assign(event, { schemaVersion: 2, sessionId: "s-1" });
      for (let change = Math.floor(random() * 3); change > 0; change -= 1) {
        const field = fields[Math.floor(random() * fields.length)] ?? "";
        const value = odd[Math.floor(random() * odd.length)];
        if (random() < 0.3) delete event[field];
        else
          Object.defineProperty(event, field, {
            value,
            enumerable: true,
            configurable: true,
            writable: true,
          });
      }
      const fast = isEvent(event);
      answers[fast ? "yes" : "no"] += 1;
      if (fast !== Event.safeParse(event).success) throw new Error(`they differ on ${JSON.stringify(event)}`);
    }
    expect(answers.yes).toBeGreaterThan(3_000);
    expect(answers.no).toBeGreaterThan(3_000);
  });
});
