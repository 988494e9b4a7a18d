import { createdManifest, load } from "../../../lambdas/load/load";
import { PermanentError, TransientError } from "../../../lambdas/shared/errors";
import { totalsByShop } from "../../../lambdas/shared/figures";
import { manifestKey, sourceId } from "../../../lambdas/shared/manifest";
import { ndjson, purchase, seeded, shuffled, view } from "../support/events";
import { Fuse, Killed } from "../support/fuse";
import { Pipeline } from "../support/pipeline";

const KEY = "in/a.ndjson";
const source = sourceId("raw", KEY);

const OLD = ndjson(
  view(),
  view({ type: "click" }),
  view({ type: "add_to_cart", contentId: undefined }),
  purchase({ amount: "0.1" }),
  purchase({ amount: "0.2", quantity: 1 }),
  purchase({ amount: "5", currency: "USD", shopId: "gone" }),
);
const NEW = ndjson(
  purchase({ amount: "10000000000000.0001" }),
  view({ shopId: "fresh", occurredAt: "2024-05-17T23:59:59.999999Z" }),
);

async function brought(...bodies: string[]): Promise<Pipeline> {
  const pipeline = new Pipeline();
  for (const body of bodies) await pipeline.structure(pipeline.send(KEY, body));
  return pipeline;
}

describe("the load stage", () => {
  test("sums events by shop, content and day, money exactly", async () => {
    const pipeline = await brought(OLD);
    expect(await pipeline.load(KEY)).toEqual({ source, outcome: "loaded", changed: 3 });
    expect(pipeline.figures.totals).toEqual({
      "atlas##2024-05-17": { addToCarts: "1" },
      "atlas#story-7#2024-05-17": {
        views: "1",
        clicks: "1",
        orders: "2",
        quantity: "3",
        orders_EUR: "2",
        quantity_EUR: "3",
        amount_EUR: "0.3",
      },
      "gone#story-7#2024-05-17": {
        orders: "1",
        quantity: "2",
        orders_USD: "1",
        quantity_USD: "2",
        amount_USD: "5",
      },
    });
    expect(pipeline.figures.heads.get(source)).toMatchObject({
      status: "loaded",
      loadedAt: "2024-06-01T00:00:00.000Z",
    });
  });

  test("counts a purchase of nothing", async () => {
    const pipeline = await brought(ndjson(purchase({ amount: "0.00", quantity: 1 })));
    await pipeline.load(KEY);
    const [figure] = pipeline.figures.figures.values();
    expect(figure?.get("amount_EUR")).toBe(0n);
    expect(figure?.get("orders")).toBe(1n);
  });

  test("changes nothing when the same manifest comes again", async () => {
    const pipeline = await brought(OLD);
    await pipeline.load(KEY);
    const before = pipeline.state;
    expect(await pipeline.load(KEY)).toEqual({ source, outcome: "unchanged", changed: 0 });
    expect(pipeline.state).toEqual(before);
  });

  test("replaces what a version brought by what the next one brings", async () => {
    const pipeline = await brought(OLD);
    await pipeline.load(KEY);
    await pipeline.structure(pipeline.send(KEY, NEW));
    expect(await pipeline.load(KEY)).toMatchObject({ outcome: "loaded", changed: 4 });
    const fresh = await brought(NEW);
    await fresh.load(KEY);
    expect(pipeline.figures.totals).toEqual(fresh.figures.totals);
    expect(pipeline.figures.totals["atlas#story-7#2024-05-17"]).toMatchObject({
      amount_EUR: "10000000000000.0001",
    });
  });

  test("takes everything back when the next version is empty", async () => {
    const pipeline = await brought(OLD);
    await pipeline.load(KEY);
    await pipeline.structure(pipeline.send(KEY, ""));
    await pipeline.load(KEY);
    expect(pipeline.figures.totals).toEqual({});
    expect(pipeline.figures.brought.get(source)?.size).toBe(0);
  });

  test("leaves a version that is older than the figures", async () => {
    const pipeline = await brought(OLD, NEW);
    const manifest = pipeline.curatedBucket.objects.get(manifestKey(source));
    await pipeline.load(KEY);
    const text = manifest?.body.toString().replace('"sequencer":"00000002"', '"sequencer":"00000001"') ?? "";
    pipeline.curatedBucket.place(manifestKey(source), text);
    expect(await pipeline.load(KEY)).toEqual({ source, outcome: "superseded", changed: 0 });
  });

  test("changes figures in steps that a transaction can hold", async () => {
    const events = Array.from({ length: 120 }, (_, at) =>
      view({ contentId: `story-${at}`, eventId: `e-${at}` }),
    );
    const pipeline = await brought(ndjson(...events));
    expect(await pipeline.load(KEY)).toMatchObject({ changed: 120 });
    expect(Object.keys(pipeline.figures.totals)).toHaveLength(120);
  });

  test("comes to the same end when it is killed before any call and delivered again", async () => {
    const run = async (at: number): Promise<{ state: object; killed: boolean }> => {
      const pipeline = await brought(OLD);
      await pipeline.load(KEY);
      await pipeline.structure(pipeline.send(KEY, NEW));
      pipeline.arm(new Fuse(at));
      const killed = await pipeline.load(KEY).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      );
      pipeline.disarm();
      await pipeline.load(KEY);
      return { state: pipeline.state, killed };
    };
    const { state } = await run(0);
    let at = 1;
    for (; ; at += 1) {
      const outcome = await run(at);
      expect(outcome.state).toEqual(state);
      if (!outcome.killed) break;
    }
    expect(at).toBeGreaterThan(8);
  });

  test("starts over when its manifest is replaced under it", async () => {
    const pipeline = await brought(OLD);
    const { curatedBucket } = pipeline;
    const readBytes = curatedBucket.readBytes.bind(curatedBucket);
    curatedBucket.readBytes = async (key) => {
      curatedBucket.readBytes = readBytes;
      await pipeline.structure(pipeline.send(KEY, NEW));
      return readBytes(key);
    };
    expect(await pipeline.load(KEY)).toMatchObject({ outcome: "loaded" });
    const fresh = await brought(NEW);
    await fresh.load(KEY);
    expect(pipeline.figures.totals).toEqual(fresh.figures.totals);
  });

  test("does not bring back a manifest that was rewritten and loaded while it began", async () => {
    const pipeline = await brought(OLD);
    const { curatedBucket, figures } = pipeline;
    const rewritten = JSON.parse(curatedBucket.objects.get(manifestKey(source))?.body.toString() ?? "");
    rewritten.outputs = rewritten.outputs.filter(({ shopId }: { shopId: string }) => shopId !== "gone");
    const head = figures.head.bind(figures);
    figures.head = async (name) => {
      figures.head = head;
      curatedBucket.place(manifestKey(source), JSON.stringify(rewritten));
      await pipeline.load(KEY);
      return head(name);
    };
    expect(await pipeline.load(KEY)).toEqual({ source, outcome: "loaded", changed: 0 });
    expect(Object.keys(figures.totals)).toEqual(["atlas##2024-05-17", "atlas#story-7#2024-05-17"]);
  });

  test("leaves a manifest to the delivery that took it over", async () => {
    const pipeline = await brought(OLD);
    const apply = pipeline.figures.apply.bind(pipeline.figures);
    pipeline.figures.apply = async (...args) => {
      pipeline.figures.apply = apply;
      const head = pipeline.figures.heads.get(source);
      if (head !== undefined) pipeline.figures.heads.set(source, { ...head, run: "another" });
      return apply(...args);
    };
    await expect(pipeline.load(KEY)).rejects.toThrow(
      new TransientError(
        `s3://curated/${manifestKey(source)}: another delivery loads it: it is looked at again`,
      ),
    );
    expect(pipeline.figures.totals).toEqual({});
  });

  test("rejects a source that changes each time it looks", async () => {
    const pipeline = await brought(OLD);
    pipeline.figures.putHead = async () => false;
    await expect(pipeline.load(KEY)).rejects.toThrow(
      `s3://curated/${manifestKey(source)}: another delivery changed it 3 times, last ${source}: it is tried again`,
    );
  });

  test("rejects an object that is no manifest for good", async () => {
    await expect(load({ bucket: "curated", key: "events/x.parquet" }, {} as never)).rejects.toThrow(
      new PermanentError("message: s3.object.key must be manifests/<source>.json, got events/x.parquet"),
    );
  });

  test("rejects the removal of a manifest for good", () => {
    const removed = {
      kind: "removed",
      bucket: "c",
      key: "manifests/x.json",
      sequencer: null,
      at: "",
    } as const;
    expect(() => createdManifest(removed)).toThrow(
      new PermanentError(
        "message: a manifest must have been created, got the removal of s3://c/manifests/x.json: restore it",
      ),
    );
  });

  test("rejects a manifest under another source's name for good", async () => {
    const pipeline = await brought(OLD);
    const text = pipeline.curatedBucket.objects.get(manifestKey(source))?.body.toString() ?? "";
    pipeline.curatedBucket.place(manifestKey(sourceId("raw", "other")), text);
    await expect(pipeline.load("other")).rejects.toThrow(
      "must be named after its source, got that of s3://raw/in/a.ndjson",
    );
  });

  test("rejects a manifest that is not there yet", async () => {
    await expect(new Pipeline().load(KEY)).rejects.toThrow(
      new TransientError(`s3://curated/${manifestKey(source)}: must be there, got nothing: it is read again`),
    );
  });
});

describe("both stages", () => {
  /** The name of a version depends on when it came. */
  const withoutVersion = (key: string): string => key.replace(/-[0-9a-f]{16}\.parquet$/, "");
  const shops = ["atlas", "borea", "cedro"];

  /** Objects, some of them overwritten, as a seed has them; the last body of each key counts. */
  function story(seed: number): { key: string; body: string }[] {
    const random = seeded(seed);
    return Array.from({ length: 14 }, (_, at) => ({
      key: `k-${Math.floor(random() * 6)}`,
      body: ndjson(
        ...Array.from({ length: Math.floor(random() * 6) }, (_unused, line) => {
          const base = {
            eventId: `e-${at}-${line}`,
            shopId: shops[Math.floor(random() * 3)],
            contentId: `c-${Math.floor(random() * 3)}`,
            occurredAt: `2024-05-${String(1 + Math.floor(random() * 28)).padStart(2, "0")}T00:00:00Z`,
          };
          return random() < 0.5
            ? view(base)
            : purchase({ ...base, amount: `${Math.floor(random() * 100)}.${Math.floor(random() * 10_000)}` });
        }),
      ),
    }));
  }

  test.each([1, 2, 3, 4, 5, 6])(
    "give the same figures in any order, with duplicates and crashes (seed %d)",
    async (seed) => {
      const calm = new Pipeline();
      for (const { key, body } of new Map(story(seed).map((sent) => [sent.key, sent])).values()) {
        await calm.structure(calm.send(key, body));
        await calm.load(key);
      }

      const random = seeded(seed * 1000);
      const wild = new Pipeline();
      const sent = story(seed).map(({ key, body }) => wild.send(key, body));
      const deliveries = shuffled([...sent, ...sent, ...sent], random);
      const retry = async (work: () => Promise<unknown>): Promise<void> => {
        wild.arm(new Fuse(random() < 0.5 ? Math.ceil(random() * 12) : 0));
        await work().catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
        wild.disarm();
      };
      for (const ref of deliveries) {
        await retry(() => wild.structure(ref));
        const manifests = [...new Set(deliveries.map(({ key }) => key))].filter(
          (key) => wild.manifest(key) !== null,
        );
        for (const key of shuffled(manifests, random).slice(0, 2)) await retry(() => wild.load(key));
      }
      for (const ref of shuffled(sent, random)) await wild.structure(ref);
      await Promise.all([...new Set(sent.map(({ key }) => key))].map((key) => wild.load(key)));
      expect(wild.figures.totals).toEqual(calm.figures.totals);
      expect(wild.curatedBucket.keys.map(withoutVersion)).toEqual(
        calm.curatedBucket.keys.map(withoutVersion),
      );
      expect(wild.rejected.keys).toEqual([]);

      const items = Object.entries(wild.figures.totals).map(([key, counters]) => ({
        shopId: key.split("#")[0] ?? "",
        ...counters,
      }));
      const orders = totalsByShop(items).reduce((sum, total) => sum + total.orders, 0);
      const last = [...new Map(story(seed).map((one) => [one.key, one.body])).values()].join("");
      expect(orders).toBe(last.split('"purchase"').length - 1);
    },
  );

  test("give the same figures when deliveries of one object overlap", async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const pipeline = new Pipeline();
      await pipeline.structure(pipeline.send(KEY, OLD));
      await pipeline.load(KEY);
      const ref = pipeline.send(KEY, NEW);
      const overlapping = [
        pipeline.structure(ref),
        pipeline.structure(ref),
        pipeline.load(KEY),
        pipeline.load(KEY),
      ];
      await Promise.allSettled(overlapping);
      await Promise.allSettled([pipeline.load(KEY), pipeline.load(KEY), pipeline.load(KEY)]);
      await pipeline.load(KEY);
      const fresh = await brought(NEW);
      await fresh.load(KEY);
      expect(pipeline.figures.totals).toEqual(fresh.figures.totals);
    }
  });
});
