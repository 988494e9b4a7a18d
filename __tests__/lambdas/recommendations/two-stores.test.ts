import { bring } from "../../../lambdas/recommendations/bring";
import type { Brought, RunStore } from "../../../lambdas/recommendations/current";
import { LoadedRecommendations } from "../../../lambdas/recommendations/loaded";
import { MANIFEST_KEY } from "../../../lambdas/recommendations/manifest";
import { ServedRecommendations } from "../../../lambdas/recommendations/served";
import { PermanentError, TransientError } from "../../../lambdas/shared/errors";
import type { Story } from "../../../lambdas/shared/recommendation";
import { seeded } from "../support/events";
import { Fuse, Killed } from "../support/fuse";
import { MemoryBucket } from "../support/memory-bucket";
import { MemoryRecommendationRows, MemoryTable } from "../support/memory-recommendations";
import { publish, rowsOfStories, storiesNamed, type Training } from "../support/recommended";
import { Turns } from "../support/turns";

const FIRST = "20260331T180500Z";
const SECOND = "20260401T180500Z";
const THIRD = "20260402T180500Z";
const OLD = storiesNamed(["gone-1", "gone-2", "kept"]);
const NEW = storiesNamed(["kept", "new-1", "new-2", "new-3"], 3);

const STORES = ["table", "database"] as const;

/** The curated bucket and both stores. */
class Both {
  readonly bucket = new MemoryBucket("curated");
  readonly table = new MemoryTable();
  readonly database = new MemoryRecommendationRows();
  private deliveries = 0;

  /** Publishes a run whose stories are in two files. */
  async publish(at: string, stories: readonly Story[], more: Partial<Training> = {}): Promise<string[]> {
    const half = Math.ceil(stories.length / 2);
    const files = [stories.slice(0, half), stories.slice(half)].map(rowsOfStories);
    return publish((key, body) => this.bucket.place(key, body), { at, files, ...more });
  }

  deliver(store: (typeof STORES)[number], fuse = new Fuse()): Promise<Brought> {
    const bucket = this.bucket.seenThrough(fuse);
    const stores: Record<(typeof STORES)[number], RunStore> = {
      table: new ServedRecommendations(this.table.seenThrough(fuse)),
      database: new LoadedRecommendations(this.database.seenThrough(fuse)),
    };
    this.deliveries += 1;
    const holder = `delivery-${this.deliveries}`;
    return bring(
      { bucket: "curated", key: MANIFEST_KEY },
      { curated: () => bucket, store: stores[store], newRun: () => holder, pause: async () => undefined },
    );
  }

  shown(store: (typeof STORES)[number]): unknown {
    return this[store].shown;
  }
}

/** What a store shows that has this run and has never had another. */
async function only(store: (typeof STORES)[number], at: string, stories: readonly Story[]): Promise<unknown> {
  const both = new Both();
  await both.publish(at, stories);
  await both.deliver(store);
  return both.shown(store);
}

describe.each(STORES)("the %s of recommendations", (store) => {
  test("holds the products of each story in their order, and no story that a run has no more", async () => {
    const both = new Both();
    await both.publish(FIRST, OLD);
    expect(await both.deliver(store)).toMatchObject({ run: `run=${FIRST}`, outcome: "loaded", stories: 3 });
    await both.publish(SECOND, NEW);
    expect(await both.deliver(store)).toMatchObject({ run: `run=${SECOND}`, outcome: "loaded", stories: 4 });
    expect(both.shown(store)).toEqual(await only(store, SECOND, NEW));
  });

  test("is not touched when the same manifest comes again", async () => {
    const both = new Both();
    await both.publish(FIRST, OLD);
    await both.deliver(store);
    expect(await both.deliver(store)).toEqual({ run: `run=${FIRST}`, outcome: "unchanged", stories: 0 });
  });

  test("keeps a later run when an earlier one is published", async () => {
    const both = new Both();
    await both.publish(SECOND, NEW);
    await both.deliver(store);
    await both.publish(FIRST, OLD);
    expect(await both.deliver(store)).toEqual({ run: `run=${FIRST}`, outcome: "superseded", stories: 0 });
    expect(both.shown(store)).toEqual(await only(store, SECOND, NEW));
  });

  test("takes a run that is published again with other stories", async () => {
    const both = new Both();
    await both.publish(FIRST, OLD);
    await both.deliver(store);
    await both.publish(FIRST, NEW);
    expect(await both.deliver(store)).toMatchObject({ outcome: "loaded", stories: 4 });
    expect(both.shown(store)).toEqual(await only(store, FIRST, NEW));
  });

  test("is empty after a run without rows", async () => {
    const both = new Both();
    await both.publish(FIRST, OLD);
    await both.deliver(store);
    await both.publish(SECOND, []);
    expect(await both.deliver(store)).toMatchObject({ outcome: "loaded", stories: 0 });
    expect(both.shown(store)).toEqual(await only(store, SECOND, []));
  });

  test("looks again when a later run has taken the files away", async () => {
    const both = new Both();
    const files = await both.publish(FIRST, OLD);
    const { bucket } = both;
    const readText = bucket.readText.bind(bucket);
    const seenThrough = bucket.seenThrough.bind(bucket);
    let reads = 0;
    bucket.seenThrough = (fuse) => {
      const seen = seenThrough(fuse);
      seen.readText = async (key) => {
        const found = await readText(key);
        reads += 1;
        // Read for the second time: it is the manifest still. Then the next run is published.
        if (reads === 2) {
          await both.publish(SECOND, NEW);
          for (const file of files) bucket.objects.delete(file);
        }
        return found;
      };
      return seen;
    };
    expect(await both.deliver(store)).toMatchObject({ run: `run=${SECOND}`, outcome: "loaded" });
    expect(both.shown(store)).toEqual(await only(store, SECOND, NEW));
  });

  test("does not bring back a manifest that was published again, and brought, while it began", async () => {
    const both = new Both();
    await both.publish(FIRST, OLD);
    const { bucket } = both;
    const seenThrough = bucket.seenThrough.bind(bucket);
    bucket.seenThrough = (fuse) => {
      const seen = seenThrough(fuse);
      const readText = seen.readText.bind(seen);
      seen.readText = async (key) => {
        seen.readText = readText;
        const found = await readText(key);
        bucket.seenThrough = seenThrough;
        await both.publish(FIRST, NEW);
        await both.deliver(store);
        return found;
      };
      return seen;
    };
    await both.deliver(store);
    expect(both.shown(store)).toEqual(await only(store, FIRST, NEW));
  });

  test("comes to the same end when a delivery is killed before any call", async () => {
    const expected = await only(store, SECOND, NEW);
    let killed = true;
    for (let at = 1; killed; at += 1) {
      const both = new Both();
      await both.publish(FIRST, OLD);
      await both.deliver(store);
      await both.publish(SECOND, NEW);
      killed = await both.deliver(store, new Fuse(at)).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      );
      await both.deliver(store);
      expect(both.shown(store)).toEqual(expected);
      if (!killed) expect(at).toBeGreaterThan(8);
    }
  });

  test("comes to the latest run whatever workers do at the same time", async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = seeded(seed);
      const both = new Both();
      await both.publish(FIRST, OLD);
      await both.deliver(store);
      await both.publish(SECOND, NEW);
      const turns = new Turns(random);
      // Each message comes again until it is done, and then no more.
      const delivered = async (killedAt = 0): Promise<void> => {
        for (let tries = 0; tries < 20; tries += 1) {
          const fuse = turns.fuse(tries === 0 ? killedAt : 0);
          const done = await both.deliver(store, fuse).catch((error: Error) => error);
          if (!(done instanceof Killed || done instanceof TransientError)) {
            expect(done).not.toBeInstanceOf(Error);
            return;
          }
        }
        throw new Error("is never done");
      };
      const works = [0, 1, 2].map(() => delivered(random() < 0.3 ? Math.ceil(random() * 20) : 0));
      const later = (async () => {
        await turns.fuse().tick();
        await both.publish(THIRD, OLD);
        for (const key of both.bucket.keys) if (key.includes(SECOND)) both.bucket.objects.delete(key);
        await delivered();
      })();
      const ended = await turns.run([...works, later]);
      expect(ended).toEqual(ended.map(() => ({ status: "fulfilled", value: undefined })));
      expect([seed, both.shown(store)]).toEqual([seed, await only(store, THIRD, OLD)]);
    }
  });

  test.each([
    [
      "fewer rows than it says",
      { rows: 7 },
      "s3://curated/recommendations/manifest.json: its files must have 7 rows, got 6: run train_recommendations again",
    ],
    [
      "a story in two parts",
      {
        files: [
          rowsOfStories(OLD),
          [{ shopId: "atlas", contentId: "gone-1", rank: 3, productId: "p", score: 1 }],
        ],
      },
      ".snappy.parquet: row must have rank 1 in story atlas gone-1, got 3: run train_recommendations again",
    ],
    [
      "a story twice",
      { files: [rowsOfStories(OLD), rowsOfStories(OLD)] },
      "row must be of a story after atlas kept, got atlas gone-1",
    ],
    [
      "a product without a name",
      { files: [[{ shopId: "atlas", contentId: "s", rank: 1, productId: null, score: 1 }]] },
      "row must have a productId, got null",
    ],
    [
      "a score that is no number",
      { files: [[{ shopId: "atlas", contentId: "s", rank: 1, productId: "p", score: Number.NaN }]] },
      "row must have a finite score, got NaN",
    ],
  ])("rejects for good a run with %s", async (_what, training, said) => {
    const both = new Both();
    await both.publish(FIRST, OLD);
    await both.deliver(store);
    await both.publish(SECOND, OLD, training);
    const error = await both.deliver(store).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PermanentError);
    expect(Object(error).message).toContain(said);
    expect(both.table.state.head?.status).not.toBe(store === "table" ? "served" : "serving");
    if (store === "database") expect(both.shown(store)).toEqual(await only(store, FIRST, OLD));
  });
});

describe("the table of recommendations", () => {
  test("takes a large run in steps that a transaction can hold, and a killed one up where it ended", async () => {
    const names = Array.from({ length: 250 }, (_, at) => `story-${String(at).padStart(3, "0")}`);
    const both = new Both();
    await both.publish(FIRST, storiesNamed(names));
    let calls = 1;
    while (both.table.steps.length < 2) {
      await both.deliver("table", new Fuse(calls)).catch(() => undefined);
      calls += 1;
    }
    expect(both.table.state.head).toMatchObject({ status: "serving", stories: 198 });
    expect(await both.deliver("table")).toEqual({
      run: `run=${FIRST}`,
      outcome: "loaded",
      stories: 52,
      removed: 0,
    });
    expect(both.table.steps).toEqual(["put 99", "put 99", "put 52"]);
    await both.publish(SECOND, storiesNamed(["one"]));
    expect(await both.deliver("table")).toMatchObject({ stories: 1, removed: 250 });
    expect(both.table.steps.slice(3)).toEqual(["put 1", "remove 99", "remove 99", "remove 52"]);
  });

  test("puts no more products into a step than a transaction has room for", async () => {
    const both = new Both();
    const names = Array.from({ length: 70 }, (_, at) => `story-${String(at).padStart(2, "0")}`);
    await both.publish(FIRST, storiesNamed(names, 100));
    await both.deliver("table");
    expect(both.table.steps).toEqual(["put 60", "put 10"]);
  });

  test("is left to the delivery that took it over", async () => {
    const both = new Both();
    await both.publish(FIRST, OLD);
    const put = both.table.put.bind(both.table);
    both.table.put = async (stories, head) => {
      both.table.put = put;
      both.table.state.head = { ...head, holder: "another", stories: 0 };
      return put(stories, head);
    };
    await expect(both.deliver("table")).rejects.toThrow(
      new TransientError(
        "s3://curated/recommendations/manifest.json: another delivery serves it: it is looked at again",
      ),
    );
    expect(both.table.shown).toEqual({});
  });
});

describe("an event of recommendations", () => {
  const deps = (bucket: MemoryBucket) => ({
    curated: () => bucket,
    store: new ServedRecommendations(new MemoryTable()),
    newRun: () => "one",
    pause: async () => undefined,
  });

  test("rejects any other object for good", async () => {
    await expect(
      bring(
        { bucket: "curated", key: "recommendations/run=1/manifest.json" },
        deps(new MemoryBucket("curated")),
      ),
    ).rejects.toThrow(
      new PermanentError(
        "message: s3.object.key must be recommendations/manifest.json, got recommendations/run=1/manifest.json",
      ),
    );
  });

  test("rejects a manifest that is not there yet, to try again", async () => {
    await expect(
      bring({ bucket: "curated", key: MANIFEST_KEY }, deps(new MemoryBucket("curated"))),
    ).rejects.toThrow(
      new TransientError(
        "s3://curated/recommendations/manifest.json: must be there, got nothing: it is read again",
      ),
    );
  });

  test.each([
    ["{", "must be JSON, got none"],
    ["[]", "breaks its contract at its root"],
    [
      '{"schemaVersion":2,"run":"today","trainedAt":"2026-02-30T00:00:00Z","rows":-1,"files":[{"key":"events/x"}]}',
      "breaks its contract at schemaVersion, run, trainedAt, rows, files.0.key, files.0.bytes",
    ],
  ])("rejects %s for good", async (text, said) => {
    const bucket = new MemoryBucket("curated");
    bucket.place(MANIFEST_KEY, text);
    await expect(bring({ bucket: "curated", key: MANIFEST_KEY }, deps(bucket))).rejects.toThrow(
      new PermanentError(
        `s3://curated/recommendations/manifest.json: ${said}: restore its version before, or delete it and run train_recommendations again`,
      ),
    );
  });
});
