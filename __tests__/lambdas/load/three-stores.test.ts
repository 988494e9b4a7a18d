import { TransientError } from "../../../lambdas/shared/errors";
import { ndjson, purchase, seeded, shuffled, view } from "../support/events";
import { Fuse, Killed } from "../support/fuse";
import { STORES, type StoreName, ThreeStores } from "../support/stores";
import { Turns } from "../support/turns";

const KEY = "in/a.ndjson";
const OLD = ndjson(
  view({ eventId: "o-1" }),
  purchase({ eventId: "o-2", amount: "0.1" }),
  purchase({ eventId: "o-3", shopId: "gone", currency: "USD" }),
  purchase({ eventId: "o-4", occurredAt: "2024-04-01T00:00:00Z" }),
);
const NEW = ndjson(view({ eventId: "n-1", shopId: "fresh" }), purchase({ eventId: "n-2", amount: "7" }));

const prepared = new Map<string | undefined, ThreeStores>();

/** Stores that hold OLD, before a manifest of `next` (nothing: the object was deleted). */
async function before(next: string | undefined): Promise<ThreeStores> {
  const stores = new ThreeStores();
  const known = prepared.get(next);
  if (known !== undefined) {
    // As many changes as the prepared one has seen, so that the next one is the newest.
    for (const _change of [OLD, next]) stores.delete(KEY);
    return stores.holdWhat(known);
  }
  await stores.structure(stores.send(KEY, OLD));
  for (const name of STORES) await stores.loadInto(name, KEY);
  await stores.take(next === undefined ? stores.delete(KEY) : stores.send(KEY, next));
  prepared.set(next, stores);
  return before(next);
}

const shownOf = new Map<string, unknown>();

/** What a store shows that never had anything else. */
async function only(body: string | undefined, name: StoreName): Promise<unknown> {
  const stores = new ThreeStores();
  const id = `${name} ${body}`;
  if (!shownOf.has(id) && body !== undefined) {
    await stores.structure(stores.send(KEY, body));
    await stores.loadInto(name, KEY);
  }
  if (!shownOf.has(id)) shownOf.set(id, await stores.shown(name));
  return shownOf.get(id);
}

const nextOnes = [
  ["the next version", NEW],
  ["a delete", undefined],
] as const;

describe.each(STORES)("the store of %s", (name) => {
  test.each(nextOnes)("holds what the source brings after %s, and nothing else", async (_what, next) => {
    const stores = await before(next);
    expect(await stores.loadInto(name, KEY)).toMatchObject({ outcome: "loaded" });
    expect(await stores.shown(name)).toEqual(await only(next, name));
  });

  test("changes nothing when the same manifest comes again", async () => {
    const stores = await before(NEW);
    await stores.loadInto(name, KEY);
    stores.curatedBucket.log.length = 0;
    expect(await stores.loadInto(name, KEY)).toMatchObject({ outcome: "unchanged", changed: 0 });
    expect(stores.curatedBucket.log).toEqual([]);
  });

  test("leaves a version that is older for sure than what it holds", async () => {
    const stores = await before(NEW);
    await stores.loadInto(name, KEY);
    const [key = ""] = stores.curatedBucket.keys.filter((one) => one.startsWith("manifests/"));
    const text = stores.curatedBucket.objects.get(key)?.body.toString() ?? "";
    stores.curatedBucket.place(key, text.replace('"sequencer":"00000002"', '"sequencer":"00000001"'));
    expect(await stores.loadInto(name, KEY)).toMatchObject({ outcome: "superseded", changed: 0 });
    expect(await stores.shown(name)).toEqual(await only(NEW, name));
  });

  test.each(nextOnes)(
    "comes to the same end when it is killed at any call before %s",
    async (_what, next) => {
      const expected = await only(next, name);
      let killed = true;
      for (let at = 1; killed; at += 1) {
        const stores = await before(next);
        killed = await stores.loadInto(name, KEY, new Fuse(at)).then(
          () => false,
          (error: unknown) => error instanceof Killed,
        );
        await stores.loadInto(name, KEY);
        expect(await stores.shown(name)).toEqual(expected);
        if (!killed) expect(at).toBeGreaterThan(5);
      }
    },
  );

  test("comes to the last manifest whatever workers do at the same time", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = seeded(seed);
      // A manifest without outputs is the hard one: nothing that it names can be gone.
      const stores = await before(random() < 0.5 ? NEW : undefined);
      const turns = new Turns(random);
      // The last body is the first one again: a file that looks as it did before must not be mistaken for it.
      const last = [OLD, NEW, undefined][seed % 3];
      // Each message comes again until it is done, and then no more.
      const delivered = async (killedAt = 0): Promise<void> => {
        for (let tries = 0; tries < 20; tries += 1) {
          const fuse = turns.fuse(tries === 0 ? killedAt : 0);
          const done = await stores.loadInto(name, KEY, fuse).catch((error: Error) => error);
          if (!(done instanceof Killed || done instanceof TransientError)) return;
        }
        throw new Error("is never done");
      };
      const works = [0, 1, 2].map(() => delivered(random() < 0.3 ? Math.ceil(random() * 20) : 0));
      const later = (async () => {
        await turns.fuse().tick();
        const change = last === undefined ? stores.delete(KEY) : stores.send(KEY, last);
        // A replay has no sequencer: no version tells then which one is newer.
        await stores.take((seed % 2 === 0 ? stores.replay(KEY) : undefined) ?? change);
        await delivered();
      })();
      const ended = await turns.run([...works, later]);
      expect(ended.map(({ status }) => status)).toEqual(ended.map(() => "fulfilled"));
      expect([seed, await stores.shown(name)]).toEqual([seed, await only(last, name)]);
    }
  });
});

describe("all three stores", () => {
  test.each([1, 2, 3])("hold each event once under duplicates in any order (seed %d)", async (seed) => {
    const random = seeded(seed);
    const stores = new ThreeStores();
    const calm = new ThreeStores();
    const sent = Array.from({ length: 8 }, (_, at) => {
      const key = `k-${at % 5}`;
      const body = ndjson(
        ...Array.from({ length: 3 }, (_unused, line) =>
          purchase({ eventId: `${key}-${line}`, amount: `${at}.1` }),
        ),
      );
      calm.send(key, body);
      return stores.send(key, body);
    });
    for (const change of shuffled([...sent, ...sent, ...sent], random)) {
      await stores.take(change);
      for (const name of shuffled(STORES, random))
        if (stores.manifest(change.key) !== null) await stores.loadInto(name, change.key);
    }
    for (const key of ["k-0", "k-1", "k-2", "k-3", "k-4"]) {
      const now = calm.replay(key);
      if (now !== undefined) await calm.take(now);
      for (const name of STORES) await calm.loadInto(name, key);
    }
    for (const name of STORES) expect(await stores.shown(name)).toEqual(await calm.shown(name));
    expect(stores.rows.events).toHaveLength(15);
  });
});
