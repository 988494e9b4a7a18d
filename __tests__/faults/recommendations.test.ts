import { setTimeout as pause } from "node:timers/promises";
import type { Story } from "../../lambdas/shared/recommendation";
import { seeded } from "../lambdas/support/events";
import { OneAtATime } from "../lambdas/support/one-at-a-time";
import { storiesNamed } from "../lambdas/support/recommended";
import { Instance, mortal, Sleeper } from "../support/faults-instance";
import {
  RecommendationWorld,
  RUN_STORES,
  type RunStoreName,
  shownOf,
} from "../support/faults-recommendations";
import { Servers } from "../support/faults-servers";

const FULL = process.env.FAULTS === "full";
const SEEDS = FULL ? 100 : 10;
/** Others that wait for a lock have come to it by then. */
const LOCKED_MS = 200;
jest.setTimeout(FULL ? 900_000 : 240_000);

const FIRST = "20260331T180500Z";
const SECOND = "20260401T180500Z";
const THIRD = "20260402T180500Z";
const OLD = storiesNamed(["gone", "kept", "story 'with' \"quotes\", {braces} and ü"]);
const NEW = storiesNamed(["kept", "new-1", "new-2"], 3);
const LAST = storiesNamed(["kept", "last"], 1);

const servers = new Servers();

/** Every story that is seen is whole, as one of the runs has it; in the database all are of one run. */
function expectWhole(store: RunStoreName, shown: Record<string, string[]>, runs: readonly Story[][]): void {
  const whole = runs.map(shownOf);
  if (store === "database") expect(whole).toContainEqual(shown);
  else
    for (const [story, products] of Object.entries(shown))
      expect(whole.map((run) => run[story])).toContainEqual(products);
}

/** The stores have OLD, and NEW is published. */
async function begun(world: RecommendationWorld, store: RunStoreName): Promise<void> {
  await world.empty();
  await world.publish(FIRST, OLD);
  await world.deliver(store);
  await world.publish(SECOND, NEW);
}

describe("recommendations", () => {
  test("are in the table as a backend reads them with one request", async () => {
    const world = await RecommendationWorld.make(servers);
    await world.publish(FIRST, OLD);
    expect(await world.deliver("table")).toEqual({
      run: `run=${FIRST}`,
      outcome: "loaded",
      stories: 3,
      removed: 0,
    });
    expect(await world.item("atlas", "kept")).toEqual({
      shopId: { S: "atlas" },
      contentId: { S: "kept" },
      products: {
        L: [
          { M: { productId: { S: "p-1" }, score: { N: "0.5" } } },
          { M: { productId: { S: "p-2" }, score: { N: "0.3333333333333333" } } },
        ],
      },
      trainedAt: { S: "2026-03-31T18:05:00Z" },
      run: { S: `run=${FIRST}` },
      manifest: { S: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
  });

  test("are in the database as the dashboard reads them, by indexes", async () => {
    const world = await RecommendationWorld.make(servers);
    await world.publish(
      FIRST,
      storiesNamed(
        Array.from({ length: 3_000 }, (_, at) => `story-${at}`),
        4,
      ),
    );
    expect(await world.deliver("database")).toEqual({
      run: `run=${FIRST}`,
      outcome: "loaded",
      stories: 3_000,
    });
    const reader = servers.database("faults_reader");
    const rows = await reader.query(
      "SELECT *, trained_at = (SELECT max(trained_at) FROM recommendations) AS newest FROM recommendations WHERE shop_id = 'atlas' AND content_id = 'story-7' ORDER BY rank LIMIT 1",
    );
    expect(rows).toEqual([
      {
        shop_id: "atlas",
        content_id: "story-7",
        rank: 1,
        product_id: "p-1",
        score: 0.5,
        trained_at: new Date("2026-03-31T18:05:00Z"),
        newest: true,
      },
    ]);
    await expect(reader.query("SELECT * FROM recommendation_rows")).rejects.toThrow(
      /42501 permission denied/,
    );
    await reader.close();
    await servers.owner.query("ANALYZE recommendation_rows");
    const planOf = async (sql: string): Promise<string> => {
      const plan = await servers.owner.query<{ "QUERY PLAN": string }>(`EXPLAIN ${sql}`);
      return plan.map((line) => line["QUERY PLAN"]).join("\n");
    };
    expect(await planOf("SELECT max(trained_at) FROM recommendations")).toMatch(
      /Index Only Scan Backward using recommendation_rows_trained/,
    );
    const latest =
      "SELECT * FROM recommendations WHERE trained_at = (SELECT max(trained_at) FROM recommendations) ORDER BY shop_id, content_id, rank LIMIT 10";
    expect(await planOf(latest)).toMatch(/Index Scan using recommendation_rows_pkey/);
  });

  test("are served in steps that a transaction holds, and all of the run before are removed", async () => {
    const world = await RecommendationWorld.make(servers);
    const stories = storiesNamed(
      Array.from({ length: 250 }, (_, at) => `story-${at}`),
      10,
    );
    await world.publish(FIRST, stories);
    await world.deliver("table");
    expect(await world.shown("table")).toEqual(shownOf(stories));
    await world.publish(SECOND, OLD);
    expect(await world.deliver("table")).toMatchObject({ stories: 3, removed: 250 });
    expect(await world.shown("table")).toEqual(shownOf(OLD));
  });
});

describe.each(RUN_STORES)("a function that brings recommendations to the %s", (store) => {
  test.each(["before", "after"] as const)(
    "that is killed %s any call loses nothing and leaves nothing",
    async (when) => {
      const world = await RecommendationWorld.make(servers);
      for (let at = 1; ; at += 1) {
        await begun(world, store);
        const instance = mortal(at, when);
        await world.deliver(store, instance).catch(() => undefined);
        expectWhole(store, await world.shown(store), [OLD, NEW]);
        await world.redeliver(store);
        expect(await world.shown(store)).toEqual(shownOf(NEW));
        if (!instance.isDead) {
          expect(instance.calls).toBeGreaterThan(8);
          return;
        }
      }
    },
  );

  test.each(["dies", "lives"] as const)(
    "that times out in any call, which comes late, and then %s, brings nothing back",
    async (then) => {
      const world = await RecommendationWorld.make(servers);
      for (let at = 1; ; at += 1) {
        await begun(world, store);
        const sleeper = new Sleeper(at, { diesAfter: then === "dies" });
        const slow = world.deliver(store, sleeper.instance).catch(() => undefined);
        const slept = await Promise.race([sleeper.asleep.then(() => true), slow.then(() => false)]);
        if (!slept) {
          expect(at).toBeGreaterThan(then === "dies" ? 2 : 8);
          return;
        }
        await world.publish(THIRD, LAST);
        const others = world.redeliver(store);
        // Whoever sleeps may have the lock of the database.
        if (store === "database") await Promise.race([others, pause(LOCKED_MS)]);
        else await others;
        sleeper.wake();
        await slow;
        await others;
        expect([at, await world.shown(store)]).toEqual([at, shownOf(LAST)]);
      }
    },
  );

  test(`comes with another one to one end, in ${SEEDS} orders of their calls`, async () => {
    const world = await RecommendationWorld.make(servers);
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const random = seeded(seed);
      await begun(world, store);
      const work = (turn: () => Promise<void>) => world.redeliver(store, new Instance({ before: turn }));
      // A lock makes one wait for the other inside a call: there the order is left to chance.
      if (store === "database") await Promise.all([1, 2].map(() => work(() => pause(random() * 8))));
      else await new OneAtATime(random).run(work, work);
      expect([seed, await world.shown(store)]).toEqual([seed, shownOf(NEW)]);
    }
  });
});
