import { setTimeout as pause } from "node:timers/promises";
import { manifestKey } from "../../lambdas/shared/manifest";
import { seeded } from "../lambdas/support/events";
import { OneAtATime } from "../lambdas/support/one-at-a-time";
import { Case } from "../support/faults-case";
import { eventsOf } from "../support/faults-events";
import { Instance, Sleeper } from "../support/faults-instance";
import { inParallel } from "../support/faults-parallel";
import { Servers } from "../support/faults-servers";
import { LOADS, STAGES, type Stage } from "../support/faults-stages";
import { NOTHING, World } from "../support/faults-world";

const FULL = process.env.FAULTS === "full";
const SEEDS = FULL ? 200 : 15;
/** Others that wait for a lock have come to it by then. */
const LOCKED_MS = 200;
jest.setTimeout(FULL ? 1_800_000 : 240_000);

const servers = new Servers();

/** The message that a stage gets of a version which is in the raw bucket now. */
async function messageFor(one: Case, stage: Stage, change: string): Promise<string> {
  if (stage === "structure") return change;
  await one.redeliver("structure", change);
  return one.world.queues[stage].bodies(manifestKey(one.source)).at(-1) ?? "";
}

/** What the stores must come to in the end. */
async function expectEnd(one: Case, stage: Stage, events = one.after): Promise<void> {
  const loads = stage === "structure" ? LOADS : [stage];
  if (stage === "structure") for (const load of loads) await one.load(load);
  await one.expectDone(loads, events);
}

/**
 * What the others do while one sleeps: its own message again, or the next version, told by an event or from a listing, also
 * after a delete, whose manifest names nothing that could be gone.
 */
const MEANWHILE = ["same", "next", "listed", "deleted"] as const;

interface Late {
  readonly meanwhile: (typeof MEANWHILE)[number];
  readonly then: "dies" | "lives";
}

const LATE: readonly Late[] = MEANWHILE.flatMap((meanwhile) =>
  (["dies", "lives"] as const).map((then) => ({ meanwhile, then })),
);

/** A function times out in each of its calls, which comes late. @returns how many there are */
async function lateAtEveryCall(world: World, stage: Stage, { meanwhile, then }: Late): Promise<number> {
  const next = meanwhile !== "same";
  for (let at = 1; ; at += 1) {
    const random = seeded(9);
    const name = [stage, meanwhile, then, at].join("-");
    const deleted = meanwhile === "deleted";
    const one = new Case(world, deleted ? "first" : "overwrite", name, random);
    if (deleted) {
      const gone = eventsOf(`${name}-gone`, random, { shops: [name] });
      await one.redeliver("structure", await world.put(one.key, one.body(gone)));
      if (stage !== "structure") await one.load(stage);
    }
    const change = deleted ? await world.delete(one.key) : await world.put(one.key, one.body(one.before));
    const message = await messageFor(one, stage, change);
    const sleeper = new Sleeper(at, { diesAfter: then === "dies" });
    const slow = one.deliver(stage, message, world.worker(stage, sleeper.instance));
    const slept = await Promise.race([sleeper.asleep.then(() => true), slow.then(() => false)]);
    if (!slept) return at - 1;

    let other = message;
    if (next) {
      const event = await world.put(one.key, one.body(one.after));
      other = await messageFor(one, stage, meanwhile === "next" ? event : await world.replay(one.key));
    }
    const atEnd = next ? one.after : one.before;
    const others = one.redeliver(stage, other);
    // Whoever sleeps may have a lock that the others wait for; where that is no question, all is right before it wakes.
    if (stage === "rows") await Promise.race([others, pause(LOCKED_MS)]);
    else await others;
    if (stage === "figures" || stage === "lake") await one.expectDone([stage], atEnd);
    sleeper.wake();
    const done = await slow;
    await others;
    // A message whose function died, or failed, comes again, unless another delivery has ended it.
    if (next && (sleeper.instance.isDead || !done)) await one.redeliver(stage, message);
    await expectEnd(one, stage, atEnd);
    await one.close();
  }
}

describe.each(STAGES)("a call of %s that times out and comes late", (stage) => {
  test("changes nothing of what came in meanwhile, whichever call it is", async () => {
    const world = await World.make(servers, 9);
    const counts = await inParallel(LATE, (late) => lateAtEveryCall(world, stage, late), 4);
    for (const count of counts) expect(count).toBeGreaterThanOrEqual(2);
    const { attempts, unnamed, missing } = await world.leftovers();
    expect({ unnamed, missing }).toEqual({ unnamed: [], missing: [] });
    // The note of what is about to be written may come when all has been written: it names what the manifest names.
    expect((attempts as string[]).length).toBeLessThanOrEqual(1);
    await world.close();
  });
});

/** Delivers one message until it is done; each call waits for `turn`. */
async function until(one: Case, stage: Stage, message: string, turn: () => Promise<void>): Promise<void> {
  const instance = new Instance({ before: turn });
  const worker = one.world.worker(stage, instance);
  let done = false;
  for (let tries = 0; tries < 10 && !done; tries += 1) done = await one.deliver(stage, message, worker);
  await worker.close();
  if (!done) throw new Error(`is never done: ${JSON.stringify(one.world.failures.at(-1))}`);
}

describe.each(STAGES)("two functions of %s", (stage) => {
  test(`that work on one object at the same time come to one end, in ${SEEDS} orders of their calls`, async () => {
    const world = await World.make(servers, 10);
    const seeds = Array.from({ length: SEEDS }, (_, at) => at + 1);
    await inParallel(
      seeds,
      async (seed) => {
        const random = seeded(seed);
        const kind = (["first", "overwrite", "delete"] as const)[seed % 3] ?? "first";
        const one = new Case(world, kind, `${stage}-${kind}-${seed}`, random);
        const change = await one.begin(stage === "structure" ? LOADS : [stage]);
        const message = await messageFor(one, stage, change);
        // Of the structure stage one may still have the version before.
        const [old = message] = stage === "structure" ? world.queues.structure.bodies(one.key) : [message];
        const messages = [old, message];
        // A lock makes one wait for the other inside a call: there the order is left to chance.
        const chance = () => pause(random() * 8);
        if (stage === "rows") await Promise.all(messages.map((body) => until(one, stage, body, chance)));
        else
          await new OneAtATime(random).run(
            ...messages.map((body) => (turn: () => Promise<void>) => until(one, stage, body, turn)),
          );
        await expectEnd(one, stage);
        await one.close();
      },
      3,
    );
    const { attempts, unnamed, missing } = await world.leftovers();
    expect({ ...NOTHING, attempts, unnamed, missing }).toEqual(NOTHING);
    await world.close();
  });
});
