import { DELETED, manifestKey, outputKey, sourceId, versionId } from "../../../lambdas/shared/manifest";
import type { CreatedObject } from "../../../lambdas/shared/object-ref";
import { isLeftAlone } from "../../../lambdas/structure/left-alone";
import { ndjson, purchase, view } from "../support/events";
import { Fuse, Killed } from "../support/fuse";
import { Pipeline } from "../support/pipeline";

const KEY = "in/a.ndjson";
const source = sourceId("raw", KEY);
const OLD = ndjson(view(), purchase({ shopId: "gone" }), { bad: 1 });
const NEW = ndjson(view({ shopId: "fresh" }));

const output = ({ etag, sequencer }: CreatedObject, shopId: string): string =>
  outputKey(shopId, "2024-05", source, versionId(etag, sequencer ?? ""));

describe("a delete", () => {
  test("leaves a manifest without outputs, and takes those of the version before away", async () => {
    const pipeline = new Pipeline();
    const created = pipeline.send(KEY, OLD);
    await pipeline.take(created);
    const removed = pipeline.delete(KEY);
    expect(await pipeline.take(removed)).toEqual({ source, outcome: "removed" });
    expect(pipeline.manifest(KEY)).toEqual({
      schemaVersion: 1,
      source: {
        bucket: "raw",
        key: KEY,
        etag: DELETED,
        sequencer: removed.sequencer,
        lastModified: removed.at,
        size: 0,
      },
      lines: { in: 0, good: 0, rejected: 0 },
      outputs: [],
      rejected: null,
      replaced: {
        outputs: [output(created, "atlas"), output(created, "gone")],
        rejected: [expect.stringMatching(/^rejected\//)],
      },
    });
    expect(pipeline.curatedBucket.keys).toEqual([manifestKey(source)]);
    expect(pipeline.rejected.keys).toEqual([]);
  });

  test("takes the figures back", async () => {
    const pipeline = new Pipeline();
    await pipeline.take(pipeline.send(KEY, OLD));
    await pipeline.load(KEY);
    await pipeline.take(pipeline.delete(KEY));
    expect(await pipeline.load(KEY)).toMatchObject({ outcome: "loaded" });
    expect(pipeline.figures.totals).toEqual({});
  });

  test("may come before the event of what it deletes", async () => {
    const pipeline = new Pipeline();
    const created = pipeline.send(KEY, OLD);
    const removed = pipeline.delete(KEY);
    expect(await pipeline.take(removed)).toEqual({ source, outcome: "removed" });
    expect(await pipeline.take(created)).toEqual({ source, outcome: "missing" });
    expect(pipeline.manifest(KEY)).toMatchObject({ source: { etag: DELETED } });
  });

  test("stops a creation that is in work, though there was no manifest to take back", async () => {
    const pipeline = new Pipeline();
    const created = pipeline.send(KEY, OLD);
    const { curatedBucket } = pipeline;
    const put = curatedBucket.put.bind(curatedBucket);
    curatedBucket.put = async (key, ...args) => {
      if (key === manifestKey(source)) {
        curatedBucket.put = put;
        await pipeline.take(pipeline.delete(KEY));
      }
      return put(key, ...args);
    };
    expect(await pipeline.structure(created)).toMatchObject({ outcome: "superseded" });
    expect(curatedBucket.keys).toEqual([manifestKey(source)]);
    expect(pipeline.manifest(KEY)).toMatchObject({ source: { etag: DELETED } });
  });

  test("that comes late does not harm what was made again", async () => {
    const pipeline = new Pipeline();
    await pipeline.take(pipeline.send(KEY, OLD));
    const removed = pipeline.delete(KEY);
    const again = pipeline.send(KEY, NEW);
    await pipeline.take(again);
    const before = pipeline.state;
    expect(await pipeline.take(removed)).toEqual({ source, outcome: "superseded" });
    expect(pipeline.state).toEqual(before);
  });

  test("that meets an object made again, before its event, brings that one in", async () => {
    const pipeline = new Pipeline();
    await pipeline.take(pipeline.send(KEY, OLD));
    const removed = pipeline.delete(KEY);
    const again = pipeline.send(KEY, NEW);
    expect(await pipeline.take(removed)).toMatchObject({ outcome: "published" });
    expect(await pipeline.take(again)).toMatchObject({ outcome: "published" });
    expect(pipeline.curatedBucket.keys).toEqual([output(again, "fresh"), manifestKey(source)].sort());
  });

  test("of a delete marker brings back what was there before it", async () => {
    const pipeline = new Pipeline();
    const created = pipeline.send(KEY, OLD);
    await pipeline.take(created);
    const stored = pipeline.rawBucket.objects.get(KEY);
    await pipeline.take(pipeline.delete(KEY));
    const removedMarker = pipeline.delete(KEY);
    if (stored !== undefined) pipeline.rawBucket.objects.set(KEY, stored);
    expect(await pipeline.take(removedMarker)).toMatchObject({ outcome: "published" });
    expect(pipeline.manifest(KEY)).toMatchObject({ source: { etag: created.etag }, lines: { good: 2 } });
  });

  test("comes to the same end when it is killed before any call and delivered again", async () => {
    const run = async (at: number): Promise<{ state: object; killed: boolean }> => {
      const pipeline = new Pipeline();
      await pipeline.take(pipeline.send(KEY, OLD));
      const removed = pipeline.delete(KEY);
      const killed = await pipeline.take(removed, new Fuse(at)).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      );
      await pipeline.take(removed);
      return { state: pipeline.state, killed };
    };
    const { state } = await run(0);
    let at = 1;
    for (; ; at += 1) {
      const outcome = await run(at);
      expect(outcome.state).toEqual(state);
      if (!outcome.killed) break;
    }
    expect(at).toBeGreaterThan(6);
  });
});

describe("a key", () => {
  test.each(["in/", "_SUCCESS", "in/_SUCCESS", "in/_temporary/0/a.ndjson", "in/.a.ndjson.crc", ".hidden/a"])(
    "is left alone: %s",
    (key) => {
      expect(isLeftAlone(key)).toBe(true);
    },
  );

  test.each(["a", "in/a.ndjson", "in/a_b", "in/a b+%ü", "in/SUCCESS", "in//a", "in/a._COPYING"])(
    "is taken: %s",
    (key) => {
      expect(isLeftAlone(key)).toBe(false);
    },
  );
});
