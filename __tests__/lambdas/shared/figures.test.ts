import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoFigures } from "../../../lambdas/shared/dynamo-figures";
import {
  contributionKey,
  difference,
  expiresAt,
  figureOf,
  readCounter,
  totalsByShop,
} from "../../../lambdas/shared/figures";

describe("a figure", () => {
  test("has a key that is read back, without content too", () => {
    expect(figureOf(contributionKey("atlas", "story-7#2024-05-17"))).toEqual({
      shopId: "atlas",
      contentDay: "story-7#2024-05-17",
    });
    expect(figureOf(contributionKey("atlas", "#2024-05-17"))).toEqual({
      shopId: "atlas",
      contentDay: "#2024-05-17",
    });
  });

  test("reads counters and nothing else", () => {
    expect(readCounter("views", "3")).toBe(3n);
    expect(readCounter("orders_EUR", "3")).toBe(3n);
    expect(readCounter("amount_EUR", "0.3")).toBe(3_000n);
    expect(readCounter("valuesHash", "3")).toBeUndefined();
  });

  test("changes by what differs, below zero too, and names a new currency of amount 0", () => {
    const before = new Map([
      ["views", 2n],
      ["amount_EUR", 30_000n],
      ["orders", 1n],
    ]);
    const after = new Map([
      ["views", 2n],
      ["amount_EUR", 10_000n],
      ["amount_USD", 0n],
    ]);
    expect([...difference(before, after)]).toEqual([
      ["amount_EUR", -20_000n],
      ["amount_USD", 0n],
      ["orders", -1n],
    ]);
  });
});

describe("the end of a figure", () => {
  const change = {
    shopId: "a",
    contentDay: "story#2024-05-17",
    before: undefined,
    after: new Map([["views", 1n]]),
  };

  async function written(keptDays?: number): Promise<Record<string, never>[]> {
    const sent: { input: { TransactItems: Record<string, never>[] } }[] = [];
    const client = { send: async (command: never) => void sent.push(command) } as unknown as DynamoDBClient;
    await new DynamoFigures("figures", "contributions", client, keptDays).apply("source", "run", [change]);
    return sent[0]?.input.TransactItems ?? [];
  }

  test("is so many days after the begin of its day", () => {
    expect(expiresAt("#1970-01-02", 1)).toBe(2 * 86_400);
    expect(expiresAt("a#b#1970-01-02", 30)).toBe(31 * 86_400);
  });

  test("is the same for the figure and what was brought to it", async () => {
    const [, contribution, figure] = await written(10);
    const end = { N: String(Date.parse("2024-05-27T00:00:00Z") / 1000) };
    expect(contribution).toMatchObject({ Put: { Item: { views: { N: "1" }, expiresAt: end } } });
    expect(figure).toMatchObject({
      Update: {
        UpdateExpression: "ADD #n0 :v0 SET #expiresAt = :expiresAt",
        ExpressionAttributeNames: { "#n0": "views", "#expiresAt": "expiresAt" },
        ExpressionAttributeValues: { ":v0": { N: "1" }, ":expiresAt": end },
      },
    });
  });

  test("is not there where figures are kept for ever", async () => {
    const [, contribution, figure] = await written();
    expect(contribution?.Put).toHaveProperty(
      "Item",
      expect.not.objectContaining({ expiresAt: expect.anything() }),
    );
    expect(figure?.Update).toHaveProperty("UpdateExpression", "ADD #n0 :v0");
  });
});

describe("totals by shop", () => {
  test("add days up, exactly, with two decimals", () => {
    const items = [
      {
        shopId: "b",
        contentDay: "#2024-05-17",
        orders: "1",
        quantity: "2",
        orders_EUR: "1",
        quantity_EUR: "2",
        amount_EUR: "0.1",
      },
      {
        shopId: "b",
        contentDay: "#2024-05-18",
        orders: "1",
        quantity: "1",
        orders_EUR: "1",
        quantity_EUR: "1",
        amount_EUR: "0.2",
        views: "3",
      },
      { shopId: "a", contentDay: "x#2024-05-18", views: "1", clicks: "2", addToCarts: "3", note: "-" },
    ];
    expect(totalsByShop(items)).toEqual([
      {
        shopId: "a",
        currency: null,
        orders: 0,
        quantity: 0,
        amount: "0.00",
        views: 1,
        clicks: 2,
        addToCarts: 3,
      },
      {
        shopId: "b",
        currency: "EUR",
        orders: 2,
        quantity: 3,
        amount: "0.30",
        views: 3,
        clicks: 0,
        addToCarts: 0,
      },
    ]);
  });

  test("keep currencies apart and count views once", () => {
    const item = {
      shopId: "a",
      contentDay: "#2024-05-17",
      views: "5",
      orders: "3",
      quantity: "3",
      orders_USD: "2",
      quantity_USD: "2",
      amount_USD: "10000000000000.0001",
      orders_EUR: "1",
      quantity_EUR: "1",
      amount_EUR: "0",
    };
    expect(totalsByShop([item])).toEqual([
      {
        shopId: "a",
        currency: "EUR",
        orders: 1,
        quantity: 1,
        amount: "0.00",
        views: 5,
        clicks: 0,
        addToCarts: 0,
      },
      {
        shopId: "a",
        currency: "USD",
        orders: 2,
        quantity: 2,
        amount: "10000000000000.0001",
        views: 0,
        clicks: 0,
        addToCarts: 0,
      },
    ]);
  });

  test("leave out a shop whose figures went back to 0", () => {
    expect(totalsByShop([{ shopId: "a", contentDay: "#2024-05-17", orders: "0", amount_EUR: "0" }])).toEqual(
      [],
    );
  });

  test("rejects an item without a shop", () => {
    expect(() => totalsByShop([{ contentDay: "x" }])).toThrow(
      new RangeError("figure: shopId must be set, got none"),
    );
  });
});
