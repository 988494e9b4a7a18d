import { readFile } from "node:fs/promises";
import { HELD_BYTES, stampedBody } from "../../../lambdas/load/lake-body";
import { PermanentError } from "../../../lambdas/shared/errors";
import { footerStart, stamped } from "../../../lambdas/shared/lake-file";
import { lakeHeadKey, lakeKey } from "../../../lambdas/shared/lake-keys";
import { sourceId } from "../../../lambdas/shared/manifest";
import { Stale } from "../../../lambdas/shared/stale";
import { ndjson, purchase, view } from "../support/events";
import { Fuse } from "../support/fuse";
import { MemoryBucket } from "../support/memory-bucket";
import { lakeRows, NOW, rowsOf, ThreeStores } from "../support/stores";

const KEY = "in/a.ndjson";
const source = sourceId("raw", KEY);
const ATLAS = lakeKey("atlas", "2024-05", source);
const GONE = lakeKey("gone", "2024-05", source);
const FIRST = ndjson(view({ eventId: "1" }), view({ eventId: "2", shopId: "gone" }));
const SECOND = ndjson(purchase({ eventId: "3", amount: "0.3" }));

const head = ({ curatedBucket }: ThreeStores): unknown =>
  JSON.parse(curatedBucket.objects.get(lakeHeadKey(source))?.body.toString() ?? "null");

async function loaded(...bodies: string[]): Promise<ThreeStores> {
  const stores = new ThreeStores();
  for (const body of bodies) {
    await stores.structure(stores.send(KEY, body));
    await stores.loadInto("lake", KEY);
  }
  return stores;
}

/** A delivery that sleeps before its calls of `method` on the lake's files, until it is woken. */
function sleepingBefore(stores: ThreeStores, method: "head" | "put") {
  const curated = stores.curatedBucket.seenThrough(new Fuse());
  let wake = (): void => {};
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let fellAsleep = (): void => {};
  const asleep = new Promise<void>((resolve) => {
    fellAsleep = resolve;
  });
  const call = curated[method].bind(curated) as (...args: unknown[]) => Promise<never>;
  curated[method] = async (...args: [string, ...unknown[]]) => {
    if (!args[0].startsWith("events/")) return call(...args);
    fellAsleep();
    await woken;
    return call(...args);
  };
  const seenThrough = stores.curatedBucket.seenThrough.bind(stores.curatedBucket);
  stores.curatedBucket.seenThrough = () => curated;
  const late = stores.loadInto("lake", KEY);
  stores.curatedBucket.seenThrough = seenThrough;
  return { late, asleep, wake };
}

describe("the lake", () => {
  test("says when it had brought a version in", async () => {
    expect(head(await loaded(FIRST))).toMatchObject({ status: "loaded", loadedAt: NOW.toISOString() });
  });

  test("holds one file for each source, shop and month, whatever the version", async () => {
    const stores = await loaded(FIRST);
    expect(await lakeRows(stores)).toEqual({ [ATLAS]: ["1 view"], [GONE]: ["2 view"] });
    expect(head(stores)).toMatchObject({ status: "loaded", keys: [ATLAS, GONE], sequencer: "00000001" });
  });

  test("replaces a file whose rows are gone by one without rows, and forgets it", async () => {
    const stores = await loaded(FIRST, SECOND);
    const empty = stores.curatedBucket.objects.get(GONE);
    expect(await rowsOf(empty?.body ?? Buffer.from(""))).toEqual([]);
    expect(await lakeRows(stores)).toEqual({ [ATLAS]: ["3 purchase"] });
    expect(head(stores)).toMatchObject({ keys: [ATLAS] });
  });

  test.each(["head", "put"] as const)(
    "lets an old delivery that falls asleep before it asks for %s change nothing, not even over the same content",
    async (method) => {
      const stores = await loaded(FIRST);
      await stores.structure(stores.send(KEY, SECOND));
      const { late, asleep, wake } = sleepingBefore(stores, method);
      await asleep;

      await stores.structure(stores.send(KEY, FIRST));
      expect(await stores.loadInto("lake", KEY)).toMatchObject({ outcome: "loaded" });
      const before = [ATLAS, GONE].map((key) => stores.curatedBucket.objects.get(key)?.etag);
      wake();
      expect(await late).toMatchObject({ outcome: "unchanged" });
      expect([ATLAS, GONE].map((key) => stores.curatedBucket.objects.get(key)?.etag)).toEqual(before);
      expect(await lakeRows(stores)).toEqual({ [ATLAS]: ["1 view"], [GONE]: ["2 view"] });
    },
  );

  test("gives the same content another etag with each delivery", async () => {
    const stores = await loaded(FIRST);
    const first = stores.curatedBucket.objects.get(ATLAS);
    await stores.structure(stores.send(KEY, FIRST));
    await stores.loadInto("lake", KEY);
    const again = stores.curatedBucket.objects.get(ATLAS);
    expect(again?.etag).not.toBe(first?.etag);
    expect(await rowsOf(again?.body ?? Buffer.from(""))).toEqual(
      await rowsOf(first?.body ?? Buffer.from("")),
    );
  });

  test("copies a file larger than it holds through a file, piece by piece", async () => {
    const footer = Buffer.from("footer");
    const length = Buffer.from([footer.length, 0, 0, 0]);
    const rows = Buffer.alloc(2.5 * HELD_BYTES, "0123456789");
    const bytes = Buffer.concat([Buffer.from("PAR1"), rows, footer, length, Buffer.from("PAR1")]);
    const bucket = new MemoryBucket("curated");
    bucket.place("k", bytes);
    const body = await stampedBody(bucket, { key: "k", bytes: bytes.length }, "run");
    if (typeof body === "string" || body instanceof Uint8Array) throw new Error("must be a file");
    const copied = await readFile(body.path);
    expect(copied.length).toBe(body.bytes);
    expect(copied.equals(stamped(bytes, "run", "k"))).toBe(true);
    expect(bucket.fuse.calls).toBe(5);
    await expect(stampedBody(bucket, { key: "k", bytes: bytes.length + 1 }, "run")).rejects.toThrow(Stale);
  });

  test("rejects a file that is no Parquet for good", () => {
    const error = new PermanentError("k: must be Parquet, got something else: send the raw object again");
    expect(() => footerStart(Buffer.from("PAR1"), 4, "k")).toThrow(error);
    expect(() => stamped(Buffer.from("PAR1\x05\0\0\0PAR1"), "run", "k")).toThrow(error);
    expect(() => stamped(Buffer.from("PAR1 \0\0\0\0NONE"), "run", "k")).toThrow(error);
  });

  test.each([
    ["{", "must be JSON, got none"],
    ["{}", "breaks its contract at etag, sequencer, lastModified, status, manifestEtag, run, loadedAt, keys"],
  ])("rejects a head that is %s", async (text, said) => {
    const stores = await loaded(FIRST);
    stores.curatedBucket.place(lakeHeadKey(source), text);
    await expect(stores.loadInto("lake", KEY)).rejects.toThrow(
      new PermanentError(`s3://curated/${lakeHeadKey(source)}: ${said}: restore its version before`),
    );
  });
});
