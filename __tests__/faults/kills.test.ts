import { manifestKey } from "../../lambdas/shared/manifest";
import { seeded } from "../lambdas/support/events";
import { Case, KINDS, type Kind } from "../support/faults-case";
import { mortal } from "../support/faults-instance";
import { inParallel } from "../support/faults-parallel";
import { Servers } from "../support/faults-servers";
import { LOADS, STAGES, type Stage } from "../support/faults-stages";
import { NOTHING, World } from "../support/faults-world";

jest.setTimeout(240_000);

const servers = new Servers();

/** Calls before or after which a function is killed: until it ends before the blow. */
async function killAtEveryCall(
  world: World,
  stage: Stage,
  kind: Kind,
  when: "before" | "after",
): Promise<number> {
  for (let at = 1; ; at += 1) {
    // The same events each time, so that the calls are the same.
    const random = seeded(2);
    const one = new Case(world, kind, [stage, kind, when, at].join("-"), random);
    const loads = stage === "structure" ? LOADS : [stage];
    const change = await one.begin(loads);
    if (stage !== "structure") await one.deliver("structure", change);
    const message =
      stage === "structure" ? change : (world.queues[stage].bodies(manifestKey(one.source)).at(-1) ?? "");
    const instance = mortal(at, when);
    await one.deliver(stage, message, world.worker(stage, instance));
    await one.expectWhole(stage);
    await one.redeliver(stage, message);
    if (stage === "structure") for (const load of loads) await one.load(load);
    await one.expectDone(loads);
    await one.close();
    if (!instance.isDead) {
      expect(instance.calls).toBe(at - 1);
      return at - 1;
    }
  }
}

describe.each(STAGES)("a function of %s", (stage) => {
  test("that is killed before or after any call loses nothing, doubles nothing, shows nothing half", async () => {
    const world = await World.make(servers, 2);
    const ways = KINDS.flatMap((kind) => (["before", "after"] as const).map((when) => ({ kind, when })));
    const counts = await inParallel(ways, ({ kind, when }) => killAtEveryCall(world, stage, kind, when), 3);
    // As many calls as there are at least: fewer would mean that the blows miss.
    for (const count of counts) expect(count).toBeGreaterThanOrEqual(stage === "rows" ? 9 : 5);
    expect(await world.leftovers()).toMatchObject({
      ...NOTHING,
      loading: expect.any(Array),
      unequal: expect.any(Array),
    });
    await world.close();
  });
});
