import { keptDays, LoadFiguresEnv, LoadRowsEnv } from "../../../lambdas/load/env";
import { RowsStore } from "../../../lambdas/load/rows";
import type { Current } from "../../../lambdas/load/store";
import { sourceId } from "../../../lambdas/shared/manifest";
import { Stale } from "../../../lambdas/shared/stale";
import { ndjson, purchase, view } from "../support/events";
import { MemoryRows } from "../support/memory-rows";
import { NOW, ThreeStores } from "../support/stores";

const KEY = "in/a.ndjson";
const source = sourceId("raw", KEY);

async function current(stores: ThreeStores, stillCurrent = async () => undefined): Promise<Current> {
  const manifest = stores.manifest(KEY) as unknown as Current["manifest"];
  return { source, manifest, etag: "m", curated: stores.curatedBucket, run: "r", tries: 1, stillCurrent };
}

async function structured(...events: object[]): Promise<ThreeStores> {
  const stores = new ThreeStores();
  await stores.structure(stores.send(KEY, ndjson(...events)));
  return stores;
}

describe("rows", () => {
  test("keep of each event what the file says, exactly", async () => {
    const stores = await structured(
      purchase({ amount: "12345678901234.0001", occurredAt: "2024-05-17T12:00:00.123456Z" }),
    );
    await stores.loadInto("rows", KEY);
    expect([...stores.rows.rows.values()]).toEqual([
      {
        source,
        modified: "2024-06-01T00:00:01.000Z",
        occurredAt: 1_715_947_200_123_456n,
        eventId: "e-1",
        type: "purchase",
        shopId: "atlas",
        contentId: "story-7",
        productId: "sku-1",
        visitorId: "v-1",
        sessionId: null,
        quantity: 2,
        amount: 123_456_789_012_340_001n,
        currency: "EUR",
      },
    ]);
  });

  test("are not changed when the manifest is another one after the wait for the source", async () => {
    const stores = await structured(view());
    const rows = new MemoryRows();
    const store = new RowsStore({ rows, now: () => NOW });
    const replaced = async (): Promise<never> => {
      throw new Stale("manifest");
    };
    await expect(store.bring(await current(stores, replaced))).rejects.toThrow(Stale);
    expect([rows.rows.size, rows.heads.size]).toEqual([0, 0]);
  });

  test("are removed for their age after a load, where a number of days is set", async () => {
    const stores = await structured(
      view({ eventId: "old", occurredAt: "2024-05-01T23:59:59Z" }),
      view({ eventId: "young", occurredAt: "2024-05-02T00:00:00Z" }),
    );
    const rows = new MemoryRows();
    const kept = async (days: number | undefined): Promise<string[]> => {
      rows.heads.clear();
      await new RowsStore({ rows, keptDays: days, now: () => NOW }).bring(await current(stores));
      return rows.events;
    };
    expect(await kept(undefined)).toEqual(["atlas#old#", "atlas#young#"]);
    expect(await kept(30)).toEqual(["atlas#young#"]);
  });
});

describe("days in the environment", () => {
  test.each([
    ["", undefined],
    ["1", 1],
    ["3650", 3650],
  ])("%j are %s", (text, days) => {
    expect(LoadRowsEnv.shape.ROWS_KEPT_DAYS.parse(text)).toBe(text);
    expect(keptDays(text)).toBe(days);
  });

  test.each(["0", "-1", "1.5", "ten"])("rejects %j", (text) => {
    expect(LoadFiguresEnv.shape.FIGURES_KEPT_DAYS.safeParse(text).success).toBe(false);
  });
});
