import fc from "fast-check";
import { DELETED, MANIFEST_PREFIX, Manifest, OUTPUT_PREFIX } from "../../../lambdas/shared/manifest";
import type { ObjectChange } from "../../../lambdas/shared/object-ref";
import { ndjson, seeded, shuffled, view } from "../support/events";
import { Fuse, Killed } from "../support/fuse";
import { OneAtATime } from "../support/one-at-a-time";
import { Pipeline } from "../support/pipeline";

const KEY = "in/a.ndjson";
/** Contents come again, so that versions of the same etag meet. */
const A = ndjson(view());
const B = ndjson(view(), view({ shopId: "b" }));
const C = ndjson(view({ shopId: "c" }), { bad: 1 });

interface Act {
  /** What the key is overwritten with; undefined: it is deleted. */
  readonly body: string | undefined;
  /** Seconds since the act before. */
  readonly pace: 0 | 1;
}

const act = (removals: boolean): fc.Arbitrary<Act> =>
  fc.record({
    body: removals
      ? fc.option(fc.constantFrom(A, B, C), { nil: undefined, freq: 3 })
      : fc.constantFrom<string[]>(A, B, C),
    pace: fc.constantFrom(0, 1),
  });

const story = (removals: boolean) =>
  fc.record({ acts: fc.array(act(removals), { minLength: 5, maxLength: 5 }), seed: fc.nat() });

/** Does the next act; gives its event. */
function perform(pipeline: Pipeline, { body, pace }: Act): ObjectChange {
  pipeline.pace = pace;
  return body === undefined ? pipeline.delete(KEY) : pipeline.send(KEY, body);
}

/** Holds the manifest against the raw bucket, and the outputs against the manifest. */
function expectTruth(pipeline: Pipeline): void {
  const manifest = Manifest.parse(pipeline.manifest(KEY));
  const raw = pipeline.rawBucket.objects.get(KEY);
  expect(manifest.source.etag).toBe(raw?.etag ?? DELETED);
  const lines = raw === undefined ? 0 : raw.body.toString().split("\n").length - 1;
  expect(manifest.lines.in).toBe(lines);
  expect(manifest.outputs.reduce((sum, { rows }) => sum + rows, 0)).toBe(manifest.lines.good);
  const named = manifest.outputs.map(({ key }) => key);
  const present = pipeline.curatedBucket.keys;
  expect(present).toEqual(expect.arrayContaining(named));
}

/** Nothing else is left of any version. */
function expectNothingElse(pipeline: Pipeline): void {
  const manifest = Manifest.parse(pipeline.manifest(KEY));
  const kept = pipeline.curatedBucket.keys.filter((key) => key.startsWith(OUTPUT_PREFIX));
  expect(kept).toEqual(manifest.outputs.map(({ key }) => key).sort());
  expect(pipeline.rejected.keys).toEqual(manifest.rejected === null ? [] : [manifest.rejected]);
}

async function surviving(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
}

/** All of it with `npm run test:faults`. */
const full = process.env.FAULTS === "full";
const runs = { seed: 7, numRuns: full ? 1000 : 8, endOnFailure: true } as const;
jest.setTimeout(full ? 900_000 : 30_000);

describe.each([
  ["overwrites", false],
  ["overwrites and deletes", true],
])("%s of a key", (_what, removals) => {
  test("end in the bucket's truth: any order of delivery, duplicates, replays from listings", async () => {
    await fc.assert(
      fc.asyncProperty(story(removals), async ({ acts, seed }) => {
        const random = seeded(seed);
        const pipeline = new Pipeline();
        const events = acts.flatMap((one): ObjectChange[] => {
          const event = perform(pipeline, one);
          const replay = random() < 0.5 ? pipeline.replay(KEY) : undefined;
          return [event, event, ...(replay === undefined ? [] : [replay])];
        });
        for (const event of shuffled(events, random)) await pipeline.take(event);
        expectTruth(pipeline);
        expectNothingElse(pipeline);
      }),
      runs,
    );
  });

  test("end in the bucket's truth when three workers run at once, while the key still changes", async () => {
    await fc.assert(
      fc.asyncProperty(story(removals), async ({ acts, seed }) => {
        const random = seeded(seed);
        const pipeline = new Pipeline();
        const queue: ObjectChange[] = [];
        let ended = false;
        const worker = async (turn: () => Promise<void>): Promise<void> => {
          while (!ended || queue.length > 0) {
            await turn();
            const [event] = queue.splice(Math.floor(random() * queue.length), 1);
            if (event !== undefined) await pipeline.take(event, new Fuse(0, turn));
          }
        };
        const writer = async (turn: () => Promise<void>): Promise<void> => {
          for (const one of acts) {
            await turn();
            const event = perform(pipeline, one);
            queue.push(event, event);
            for (let pause = Math.floor(random() * 20); pause > 0; pause -= 1) await turn();
            const replay = random() < 0.3 ? pipeline.replay(KEY) : undefined;
            if (replay !== undefined) queue.push(replay);
          }
          ended = true;
        };
        await new OneAtATime(random).run(writer, worker, worker, worker);
        expectTruth(pipeline);
      }),
      runs,
    );
  });

  test("end in the bucket's truth when workers die at any call and their events come again", async () => {
    await fc.assert(
      fc.asyncProperty(story(removals), async ({ acts, seed }) => {
        const random = seeded(seed);
        const pipeline = new Pipeline();
        const events = acts.map((one) => perform(pipeline, one));
        const queue = shuffled([...events, ...events], random);
        const worker = async (turn: () => Promise<void>): Promise<void> => {
          for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
            await surviving(pipeline.take(event, new Fuse(1 + Math.floor(random() * 15), turn)));
            await pipeline.take(event, new Fuse(0, turn));
          }
        };
        await new OneAtATime(random).run(worker, worker);
        expectTruth(pipeline);
      }),
      runs,
    );
  });
});

describe("a manifest", () => {
  /** Runs `meanwhile` once, right before the first put of a manifest. */
  function beforeManifest(pipeline: Pipeline, meanwhile: () => Promise<unknown>): void {
    const { curatedBucket } = pipeline;
    const put = curatedBucket.put.bind(curatedBucket);
    curatedBucket.put = async (key, ...args) => {
      if (key.startsWith(MANIFEST_PREFIX)) {
        curatedBucket.put = put;
        await meanwhile();
      }
      return put(key, ...args);
    };
  }

  test("of a replay gives way to a version that was written and published meanwhile", async () => {
    const pipeline = new Pipeline();
    pipeline.pace = 0;
    pipeline.send(KEY, A);
    const replay = pipeline.replay(KEY);
    beforeManifest(pipeline, () => pipeline.take(pipeline.send(KEY, B)));
    expect(replay && (await pipeline.structure(replay))).toMatchObject({ outcome: "superseded" });
    expectTruth(pipeline);
    expectNothingElse(pipeline);
  });

  test("of a replay gives way to a delete that was published meanwhile", async () => {
    const pipeline = new Pipeline();
    pipeline.send(KEY, A);
    const replay = pipeline.replay(KEY);
    beforeManifest(pipeline, () => pipeline.take(pipeline.delete(KEY)));
    expect(replay && (await pipeline.structure(replay))).toMatchObject({ outcome: "superseded" });
    expectTruth(pipeline);
    expectNothingElse(pipeline);
  });

  test("of a multipart upload that began before the version it overwrites is the newer one, also by replay", async () => {
    const pipeline = new Pipeline();
    await pipeline.take(pipeline.send(KEY, A));
    pipeline.rawBucket.place(KEY, B, "2024-06-01T00:00:00.000Z");
    const replay = pipeline.replay(KEY);
    expect(replay && (await pipeline.take(replay))).toMatchObject({ outcome: "published" });
    expectTruth(pipeline);
    expectNothingElse(pipeline);
  });

  test("keeps its files when a late worker deletes those of an older version of the same content", async () => {
    const pipeline = new Pipeline();
    await pipeline.take(pipeline.send(KEY, A));
    const second = pipeline.send(KEY, B);
    const { curatedBucket } = pipeline;
    const remove = curatedBucket.delete.bind(curatedBucket);
    curatedBucket.delete = async (key) => {
      curatedBucket.delete = remove;
      await pipeline.take(pipeline.send(KEY, A));
      return remove(key);
    };
    await pipeline.structure(second);
    expectTruth(pipeline);
    expectNothingElse(pipeline);
  });
});

describe("one object", () => {
  /** Calls that a delivery makes when nobody disturbs it. */
  const CALLS = 12;

  test("has one final output when a second worker runs in between any two calls of the first, which dies", async () => {
    for (let killedAt = 1; killedAt <= CALLS; killedAt += 1)
      for (let meanwhileAt = 1; meanwhileAt <= killedAt; meanwhileAt += full ? 1 : 3) {
        const pipeline = new Pipeline();
        await pipeline.take(pipeline.send(KEY, B));
        const ref = pipeline.send(KEY, C);
        let calls = 0;
        const turn = async (): Promise<void> => {
          calls += 1;
          if (calls === meanwhileAt) await pipeline.take(ref);
        };
        await surviving(pipeline.take(ref, new Fuse(killedAt, turn)));
        await pipeline.take(ref);
        expectTruth(pipeline);
        expectNothingElse(pipeline);
      }
  });

  test("has one final output when both workers die in turn", async () => {
    for (let first = 1; first <= CALLS; first += 1)
      for (let second = full ? 1 : 1 + (first % 4); second <= CALLS; second += full ? 1 : 4) {
        const pipeline = new Pipeline();
        await pipeline.take(pipeline.send(KEY, B));
        const ref = pipeline.send(KEY, C);
        await new OneAtATime(seeded(first * 100 + second)).run(
          (turn) => surviving(pipeline.take(ref, new Fuse(first, turn))),
          (turn) => surviving(pipeline.take(ref, new Fuse(second, turn))),
        );
        await pipeline.take(ref);
        expectTruth(pipeline);
        expectNothingElse(pipeline);
      }
  });
});
