import { gzipSync } from "node:zlib";
import {
  attemptKey,
  manifestKey,
  outputKey,
  rejectedKey,
  sourceId,
  versionId,
} from "../../../lambdas/shared/manifest";
import type { ObjectRef } from "../../../lambdas/shared/object-ref";
import { ndjson, purchase, view } from "../support/events";
import { Fuse, Killed } from "../support/fuse";
import { Pipeline } from "../support/pipeline";

const KEY = "in/a b+c%ü.ndjson";
const source = sourceId("raw", KEY);
const versionOf = ({ etag, sequencer }: ObjectRef): string => versionId(etag, sequencer ?? "");
const output = (ref: ObjectRef, shopId = "atlas", month = "2024-05"): string =>
  outputKey(shopId, month, source, versionOf(ref));

const OLD = ndjson(view(), view({ shopId: "gone" }), { bad: 1 });
const NEW = ndjson(purchase(), view({ shopId: "fresh" }));

describe("the structure stage", () => {
  test("writes outputs and refused lines first and the manifest last", async () => {
    const pipeline = new Pipeline();
    const ref = pipeline.send(KEY, OLD);
    expect(await pipeline.structure(ref)).toEqual({
      source,
      outcome: "published",
      lines: { in: 3, good: 2, rejected: 1 },
      outputs: 2,
    });
    const rejected = rejectedKey(source, versionOf(ref));
    expect(pipeline.curatedBucket.log.filter((entry) => !entry.includes("attempts/"))).toEqual([
      `put ${output(ref)}`,
      `put ${output(ref, "gone")}`,
      `put ${manifestKey(source)}`,
    ]);
    expect(pipeline.rejected.keys).toEqual([rejected]);
    expect(pipeline.manifest(KEY)).toEqual({
      schemaVersion: 1,
      source: {
        bucket: "raw",
        key: KEY,
        etag: ref.etag,
        sequencer: ref.sequencer,
        lastModified: "2024-06-01T00:00:01.000Z",
        size: Buffer.byteLength(OLD),
      },
      lines: { in: 3, good: 2, rejected: 1 },
      outputs: [
        { key: output(ref), rows: 1, bytes: expect.any(Number), shopId: "atlas", month: "2024-05" },
        {
          key: output(ref, "gone"),
          rows: 1,
          bytes: expect.any(Number),
          shopId: "gone",
          month: "2024-05",
        },
      ],
      rejected,
      replaced: { outputs: [], rejected: [] },
    });
  });

  test("gives an empty object a manifest without outputs", async () => {
    const pipeline = new Pipeline();
    await pipeline.structure(pipeline.send(KEY, ""));
    expect(pipeline.curatedBucket.keys).toEqual([manifestKey(source)]);
    expect(pipeline.manifest(KEY)).toMatchObject({
      lines: { in: 0, good: 0, rejected: 0 },
      outputs: [],
      rejected: null,
    });
  });

  test("writes no key longer than S3 allows for a raw key of 1,024 bytes", async () => {
    const pipeline = new Pipeline();
    const shopId = "s".repeat(64);
    await pipeline.structure(pipeline.send("ü".repeat(512), ndjson(view({ shopId }), { bad: 1 })));
    const keys = [...pipeline.curatedBucket.keys, ...pipeline.rejected.keys];
    expect(keys).toHaveLength(3);
    for (const key of keys) expect(Buffer.byteLength(key)).toBeLessThan(151);
  });

  test("rejects a truncated gzip file whole: nothing of it is written", async () => {
    const pipeline = new Pipeline();
    const ref = pipeline.send(KEY, gzipSync(OLD).subarray(0, -4));
    await expect(pipeline.structure(ref)).rejects.toThrow(
      "object: its gzip data must be whole, got unexpected end of file: send it again",
    );
    expect(pipeline.curatedBucket.log).toEqual([]);
    expect(pipeline.rejected.log).toEqual([]);
  });

  test("replaces a version by a newer one, and deletes what that no longer names", async () => {
    const pipeline = new Pipeline();
    await pipeline.structure(pipeline.send(KEY, OLD));
    const ref = pipeline.send(KEY, NEW);
    expect(await pipeline.structure(ref)).toMatchObject({ outcome: "published" });
    expect(pipeline.curatedBucket.keys).toEqual(
      [output(ref), output(ref, "fresh"), manifestKey(source)].sort(),
    );
    expect(pipeline.rejected.keys).toEqual([]);
  });

  test("leaves a version that has been overwritten to the newer one's event", async () => {
    const pipeline = new Pipeline();
    const old = pipeline.send(KEY, OLD);
    pipeline.send(KEY, NEW);
    expect(await pipeline.structure(old)).toEqual({ source, outcome: "superseded" });
    expect(pipeline.curatedBucket.keys).toEqual([]);
  });

  test("leaves an object that is gone", async () => {
    const pipeline = new Pipeline();
    const ref = pipeline.send(KEY, OLD);
    pipeline.rawBucket.objects.delete(KEY);
    expect(await pipeline.structure(ref)).toEqual({ source, outcome: "missing" });
  });

  test("takes its outputs back when a newer version got its manifest first", async () => {
    const pipeline = new Pipeline();
    const old = pipeline.send(KEY, OLD);
    const slow = pipeline.rawBucket.open(KEY, old.etag);
    await pipeline.structure(pipeline.send(KEY, NEW));
    const before = pipeline.state;
    const raw = {
      ...pipeline.rawBucket,
      bucket: "raw",
      open: () => slow,
    } as unknown as typeof pipeline.rawBucket;
    pipeline.buckets.raw = () => raw;
    expect(await pipeline.structure(old)).toMatchObject({ outcome: "superseded" });
    expect(pipeline.state).toEqual(before);
  });

  test("keeps what a newer version of the same content names", async () => {
    const pipeline = new Pipeline();
    const first = pipeline.send(KEY, OLD);
    const again = pipeline.send(KEY, OLD);
    await pipeline.structure(again);
    const before = pipeline.state;
    expect(await pipeline.structure(first)).toMatchObject({ outcome: "superseded" });
    expect(pipeline.state).toEqual(before);
  });

  test("writes the same again for a replay of what is published", async () => {
    const pipeline = new Pipeline();
    const ref = pipeline.send(KEY, OLD);
    await pipeline.structure(ref);
    const before = structuredClone(pipeline.curatedBucket.objects);
    expect(await pipeline.structure({ ...ref, sequencer: null })).toMatchObject({ outcome: "published" });
    expect([...pipeline.curatedBucket.objects.keys()]).toEqual([...before.keys()]);
    expect(pipeline.curatedBucket.objects.get(manifestKey(source))?.etag).toBe(
      before.get(manifestKey(source))?.etag,
    );
  });

  test("takes its outputs back when the event of the same version got its manifest first", async () => {
    const pipeline = new Pipeline();
    const ref = pipeline.send(KEY, OLD);
    const { curatedBucket } = pipeline;
    const put = curatedBucket.put.bind(curatedBucket);
    curatedBucket.put = async (...args) => {
      curatedBucket.put = put;
      await pipeline.structure(ref);
      return put(...args);
    };
    expect(await pipeline.structure({ ...ref, sequencer: null })).toMatchObject({ outcome: "superseded" });
    expect(pipeline.manifest(KEY)).toMatchObject({ source: { sequencer: ref.sequencer } });
    expect(curatedBucket.keys).toEqual([output(ref), output(ref, "gone"), manifestKey(source)].sort());
  });

  test("comes to the same end when it is killed before any call and delivered again", async () => {
    const run = async (at: number): Promise<{ state: object; killed: boolean }> => {
      const pipeline = new Pipeline();
      await pipeline.structure(pipeline.send(KEY, OLD));
      const ref = pipeline.send(KEY, NEW);
      pipeline.arm(new Fuse(at));
      const killed = await pipeline.structure(ref).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      );
      pipeline.disarm();
      await pipeline.structure(ref);
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

  test("leaves nothing of a version that was killed and then overwritten", async () => {
    for (let at = 1; at < 12; at += 1) {
      const pipeline = new Pipeline();
      const old = pipeline.send(KEY, OLD);
      pipeline.arm(new Fuse(at));
      await pipeline.structure(old).catch(() => undefined);
      pipeline.disarm();
      const ref = pipeline.send(KEY, NEW);
      if (at % 2 === 0) await pipeline.structure(old);
      await pipeline.structure(ref);
      if (at % 2 === 1) await pipeline.structure(old);
      expect(pipeline.curatedBucket.keys).toEqual(
        [output(ref), output(ref, "fresh"), manifestKey(source)].sort(),
      );
      expect(pipeline.rejected.keys).toEqual([]);
      expect(pipeline.curatedBucket.keys).not.toContain(attemptKey(source, versionOf(old)));
    }
  });

  test("writes its manifest over one that vanishes and comes back meanwhile", async () => {
    const pipeline = new Pipeline();
    const { curatedBucket } = pipeline;
    await pipeline.structure(pipeline.send(KEY, OLD));
    const put = curatedBucket.put.bind(curatedBucket);
    let refused = 0;
    curatedBucket.put = async (key, body, type, condition) => {
      if (condition !== undefined && refused++ === 0) {
        curatedBucket.objects.delete(manifestKey(source));
        return false;
      }
      return put(key, body, type, condition);
    };
    expect(await pipeline.structure(pipeline.send(KEY, NEW))).toMatchObject({ outcome: "published" });
  });

  test("rejects a manifest race that it loses again and again", async () => {
    const pipeline = new Pipeline();
    const { curatedBucket } = pipeline;
    await pipeline.structure(pipeline.send(KEY, OLD));
    const put = curatedBucket.put.bind(curatedBucket);
    curatedBucket.put = async (key, body, type, condition) =>
      condition === undefined ? put(key, body, type) : false;
    await expect(pipeline.structure(pipeline.send(KEY, NEW))).rejects.toThrow(
      `s3://curated/${manifestKey(source)}: lost 8 races for it: it is tried again`,
    );
  });
});
