import { type Followed, follow } from "../../../lambdas/erasure/follow";
import { PermanentError, TransientError } from "../../../lambdas/shared/errors";
import { LAKE_PREFIX } from "../../../lambdas/shared/lake-keys";
import { type Manifest, manifestKey, OUTPUT_PREFIX, sourceId } from "../../../lambdas/shared/manifest";
import { type Erased, eraseVisitors, reportOf } from "../support/erased";
import { ndjson, purchase, seeded, shuffled, view } from "../support/events";
import { Fuse, Killed } from "../support/fuse";
import { STORES, ThreeStores } from "../support/stores";

const REPORT = "erasures/run=20260401T000000Z/report.json";
const FILES = {
  "in/a.ndjson": [
    view({ eventId: "a-1", visitorId: "gone" }),
    purchase({ eventId: "a-2", visitorId: "stays", amount: "0.1" }),
    purchase({ eventId: "a-3", visitorId: "gone", amount: "7.3", currency: "USD" }),
    purchase({
      eventId: "a-4",
      visitorId: "gone",
      shopId: "other",
      occurredAt: "2024-04-01T00:00:00.123456Z",
    }),
  ],
  "in/b.ndjson": [purchase({ eventId: "b-1", visitorId: "gone" })],
  "in/c.ndjson": [view({ eventId: "c-1", visitorId: "stays" }), view({ eventId: "c-2", visitorId: "left" })],
} as const;
type Key = keyof typeof FILES;
const KEYS = Object.keys(FILES) as Key[];

/** Stores that have all files, but for events of some visitors. */
async function loaded(...without: string[]): Promise<ThreeStores> {
  const stores = new ThreeStores();
  for (const key of KEYS) {
    const events = FILES[key].filter(({ visitorId }) => !without.includes(String(visitorId)));
    await stores.structure(stores.send(key, ndjson(...events)));
    for (const name of STORES) await stores.loadInto(name, key);
  }
  return stores;
}

const shownBy = async (stores: ThreeStores): Promise<unknown> =>
  Promise.all(STORES.map((name) => stores.shown(name)));

/** Erases in all files, as the job does, without its report. */
async function erase(stores: ThreeStores, ...visitors: string[]): Promise<Erased[]> {
  const keys = stores.curatedBucket.keys.filter(
    (key) => key.startsWith(OUTPUT_PREFIX) || key.startsWith(LAKE_PREFIX),
  );
  return eraseVisitors(stores.curatedBucket, keys, visitors);
}

async function followed(stores: ThreeStores, report: string, fuse = new Fuse()): Promise<Followed> {
  stores.curatedBucket.place(REPORT, report);
  const curated = stores.curatedBucket.seenThrough(fuse);
  return follow({ bucket: "curated", key: REPORT }, { curated: () => curated, pause: async () => undefined });
}

async function load(stores: ThreeStores): Promise<void> {
  for (const key of KEYS) for (const name of STORES) await stores.loadInto(name, key);
}

const manifestOf = (stores: ThreeStores, key: Key): Manifest => stores.manifest(key) as unknown as Manifest;

describe("an erasure", () => {
  test("takes exactly the events of its visitors out of figures, rows and lake", async () => {
    const stores = await loaded();
    const replaced = await erase(stores, "gone");
    expect(await followed(stores, reportOf(replaced))).toEqual({
      run: "run=20260401T000000Z",
      outcome: "erased",
      changed: 2,
      unchanged: 0,
      leftAlone: 0,
    });
    await load(stores);
    expect(await shownBy(stores)).toEqual(await shownBy(await loaded("gone")));
    expect(stores.rows.events).toEqual(["atlas#a-2#1000", "atlas#c-1#", "atlas#c-2#"]);
  });

  test("leaves in a manifest all but rows and bytes of the files that were replaced", async () => {
    const stores = await loaded();
    const before = manifestOf(stores, "in/a.ndjson");
    await followed(stores, reportOf(await erase(stores, "gone")));
    const outputs = before.outputs.map((output) => ({
      ...output,
      rows: output.shopId === "other" ? 0 : 1,
      bytes: stores.curatedBucket.objects.get(output.key)?.size,
    }));
    expect(manifestOf(stores, "in/a.ndjson")).toEqual({ ...before, outputs });
  });

  test("writes nothing while the job has only begun", async () => {
    const stores = await loaded();
    const replaced = await erase(stores, "gone");
    stores.curatedBucket.log.length = 0;
    expect(await followed(stores, reportOf(replaced, "begun"))).toMatchObject({
      outcome: "begun",
      changed: 0,
    });
    expect(stores.curatedBucket.log).toEqual([]);
  });

  test("is followed as far as it came when it is incomplete", async () => {
    const stores = await loaded();
    const [first, ...others] = (await erase(stores, "gone")).filter(({ key }) =>
      key.startsWith(OUTPUT_PREFIX),
    );
    expect(others).not.toEqual([]);
    expect(await followed(stores, reportOf(first === undefined ? [] : [first], "incomplete"))).toMatchObject({
      outcome: "incomplete",
      changed: 1,
    });
  });

  test("changes nothing when its report comes again", async () => {
    const stores = await loaded();
    const report = reportOf(await erase(stores, "gone"));
    await followed(stores, report);
    stores.curatedBucket.log.length = 0;
    expect(await followed(stores, report)).toMatchObject({ changed: 0, unchanged: 2, leftAlone: 0 });
    expect(stores.curatedBucket.log).toEqual([]);
  });

  test("leaves a manifest that names another version", async () => {
    const stores = await loaded();
    const report = reportOf(await erase(stores, "gone"));
    const [file] = manifestOf(stores, "in/b.ndjson").outputs;
    const old = stores.curatedBucket.objects.get(file?.key ?? "");
    await stores.structure(stores.send("in/b.ndjson", ndjson(view({ eventId: "b-2" }))));
    // Its writer has died before it took the file of the version before away.
    stores.curatedBucket.place(file?.key ?? "", old?.body ?? "");
    const before = stores.manifest("in/b.ndjson");
    expect(await followed(stores, report)).toMatchObject({ changed: 1, leftAlone: 1 });
    expect(stores.manifest("in/b.ndjson")).toEqual(before);
  });

  test("leaves a source whose manifest is not there", async () => {
    const stores = await loaded();
    const report = reportOf(await erase(stores, "gone"));
    stores.curatedBucket.objects.delete(manifestKey(sourceId("raw", "in/b.ndjson")));
    expect(await followed(stores, report)).toMatchObject({ changed: 1, leftAlone: 1 });
  });

  test("leaves files that a replay has made whole again", async () => {
    const stores = await loaded();
    const report = reportOf(await erase(stores, "gone"));
    const again = stores.replay("in/b.ndjson");
    if (again !== undefined) await stores.take(again);
    expect(await followed(stores, report)).toMatchObject({ changed: 1, leftAlone: 1 });
    expect(manifestOf(stores, "in/b.ndjson").outputs).toMatchObject([{ rows: 1 }]);
  });

  test.each([1, 2, 3, 4, 5])(
    "comes with another one to the same end, in any order and as often as told (seed %d)",
    async (seed) => {
      const stores = await loaded();
      const first = reportOf(await erase(stores, "gone"));
      const second = reportOf(await erase(stores, "left", "stays"));
      for (const report of shuffled([first, first, second, second], seeded(seed)))
        await followed(stores, report);
      await load(stores);
      expect(await shownBy(stores)).toEqual(await shownBy(await loaded("gone", "left", "stays")));
      for (const key of KEYS)
        for (const { key: file, rows, bytes } of manifestOf(stores, key).outputs)
          expect([rows, bytes]).toEqual([0, stores.curatedBucket.objects.get(file)?.size]);
    },
  );

  test("comes to the same end when its follower is killed before any call", async () => {
    const expected = await shownBy(await loaded("gone"));
    let killed = true;
    for (let at = 1; killed; at += 1) {
      const stores = await loaded();
      const report = reportOf(await erase(stores, "gone"));
      const fuse = new Fuse(at);
      killed = await followed(stores, report, fuse).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      );
      await followed(stores, report);
      await load(stores);
      expect(await shownBy(stores)).toEqual(expected);
      if (!killed) expect(at).toBeGreaterThan(6);
    }
  });

  test("leaves the version that comes in right before its write", async () => {
    const stores = await loaded();
    const report = reportOf(await erase(stores, "gone"));
    const { curatedBucket } = stores;
    const curated = curatedBucket.seenThrough(new Fuse());
    const put = curated.put.bind(curated);
    const overwrite = async (): Promise<void> => {
      for (const key of KEYS) await stores.structure(stores.send(key, ndjson(view({ eventId: `n-${key}` }))));
    };
    let overwritten: Promise<void> | undefined;
    curated.put = async (...args) => {
      overwritten ??= overwrite();
      await overwritten;
      return put(...args);
    };
    curatedBucket.seenThrough = () => curated;
    expect(await followed(stores, report)).toMatchObject({ changed: 0, leftAlone: 2 });
    for (const key of KEYS) expect(manifestOf(stores, key).outputs).toMatchObject([{ rows: 1 }]);
  });

  test("is followed for all sources but the one whose manifest is broken, which is told", async () => {
    const stores = await loaded();
    const report = reportOf(await erase(stores, "gone"));
    const broken = manifestKey(sourceId("raw", "in/a.ndjson"));
    stores.curatedBucket.place(broken, "{");
    await expect(followed(stores, report)).rejects.toThrow(
      new PermanentError(
        `s3://curated/${broken}: must be JSON, got none: delete it and send the raw object again`,
      ),
    );
    expect(manifestOf(stores, "in/b.ndjson").outputs).toMatchObject([{ rows: 0 }]);
  });

  test("is tried again when others change a manifest each time, whatever else is broken", async () => {
    const stores = await loaded();
    const report = reportOf(await erase(stores, "gone"));
    stores.curatedBucket.place(manifestKey(sourceId("raw", "in/a.ndjson")), "{");
    const seenThrough = stores.curatedBucket.seenThrough.bind(stores.curatedBucket);
    stores.curatedBucket.seenThrough = (fuse) => Object.assign(seenThrough(fuse), { put: async () => false });
    const key = manifestKey(sourceId("raw", "in/b.ndjson"));
    await expect(followed(stores, report)).rejects.toThrow(
      new TransientError(
        `s3://curated/${key}: another delivery changed it 3 times, last ${key}: it is tried again`,
      ),
    );
  });

  test("rejects an object that is no report for good", async () => {
    await expect(follow({ bucket: "curated", key: "erasures/report.json" }, {} as never)).rejects.toThrow(
      new PermanentError(
        "message: s3.object.key must be erasures/run=<instant>/report.json, got erasures/report.json",
      ),
    );
  });

  test("rejects a report that is not there yet, to try again", async () => {
    const stores = new ThreeStores();
    const reading = follow(
      { bucket: "curated", key: REPORT },
      { curated: () => stores.curatedBucket, pause: async () => undefined },
    );
    await expect(reading).rejects.toThrow(
      new TransientError(`s3://curated/${REPORT}: must be there, got nothing: it is read again`),
    );
  });

  test.each([
    ["no JSON", "{", "must be JSON, got none"],
    [
      "another contract",
      '{"schemaVersion":2}',
      "breaks its contract at schemaVersion, outcome, run, replaced",
    ],
    [
      "a file of another source",
      reportOf([
        { key: "versions/shop=a/month=2024-05/b-1.parquet", source: "a", rows: 1, erased: 1, bytes: 1 },
      ]),
      "breaks its contract at replaced.0",
    ],
    [
      "fewer than no rows",
      reportOf([{ key: "events/x.parquet", source: "a", rows: -1, erased: 1, bytes: 1 }]),
      "breaks its contract at replaced.0.rows",
    ],
  ])("rejects a report with %s for good", async (_what, report, said) => {
    await expect(followed(new ThreeStores(), report)).rejects.toThrow(
      new PermanentError(
        `s3://curated/${REPORT}: ${said}: run erase_visitors again with the same list: it finds what is left, and reports anew`,
      ),
    );
  });
});
