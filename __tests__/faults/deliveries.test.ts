import { setTimeout as pause } from "node:timers/promises";
import { bodyOf, eventsOf, expectedOf, type SentEvent } from "../support/faults-events";
import { inParallel } from "../support/faults-parallel";
import { Servers } from "../support/faults-servers";
import { STAGES } from "../support/faults-stages";
import { NOTHING, type Worker, World } from "../support/faults-world";

const FULL = process.env.FAULTS === "full";
const OBJECTS = FULL ? 1_000 : 60;
/** Keys that are overwritten, each as often. */
const KEYS = FULL ? 200 : 20;
const VERSIONS = 5;
jest.setTimeout(FULL ? 1_800_000 : 240_000);

const servers = new Servers();

test(`${OBJECTS} objects, each event of theirs delivered 1 to 5 times in any order, are in each store exactly once`, async () => {
  const world = await World.make(servers, 1);
  for (const stage of STAGES) world.queues[stage].copies = () => 1 + Math.floor(world.random() * 5);
  const sent: SentEvent[] = [];
  const files = Array.from({ length: OBJECTS }, (_, at) => {
    const events = eventsOf(`e-${at}`, world.random, { months: [`2024-0${1 + (at % 5)}`] });
    sent.push(...events);
    return { key: `in/${at}.ndjson`, body: bodyOf(events) };
  });
  await inParallel(files, ({ key, body }) => world.put(key, body));
  await world.drain();
  expect(await world.leftovers()).toEqual(NOTHING);
  expect(await world.shown()).toEqual(expectedOf(sent));
  await world.close();
});

test.each([
  ["overwritten", 0],
  ["overwritten or deleted", 0.2],
])(
  `of ${KEYS} keys, each ${VERSIONS} times %s, every store holds the last version, with duplicates and replays in any order`,
  async (_what, deletes) => {
    const world = await World.make(servers, 5);
    const { random } = world;
    for (const stage of STAGES) world.queues[stage].copies = () => 1 + Math.floor(random() * 2);
    const keys = Array.from({ length: KEYS }, (_, at) => `in/${at}.ndjson`);
    const now = new Map<string, readonly SentEvent[]>();
    const workers = (["structure", "structure", ...STAGES] as const).map((stage) => world.worker(stage));
    // Some calls take long, so that versions meet in the middle of every stage.
    world.weather = () => (random() < 0.1 ? pause(random() * 40) : undefined);
    let sending = true;
    const work = async (worker: Worker): Promise<void> => {
      while (sending) if (!(await world.work(worker))) await pause(5);
    };
    const working = Promise.all(workers.map(work));
    for (let version = 1; version <= VERSIONS; version += 1) {
      for (const key of keys) {
        // Now and then the same bytes again, or one of the months and shops of before is gone.
        const same = random() < 0.2 ? now.get(key) : undefined;
        const name = `${key}-${version}`;
        const events = same ?? eventsOf(name, random, { count: 1 + Math.floor(random() * 4) });
        if (version > 1 && random() < deletes) {
          now.delete(key);
          await world.delete(key);
        } else {
          now.set(key, events);
          await world.put(key, bodyOf(events));
        }
        if (random() < 0.1 && now.has(key)) await world.replay(key);
      }
    }
    sending = false;
    await working;
    world.weather = () => {};
    await world.drain(workers);
    expect(await world.leftovers()).toEqual(NOTHING);
    expect(await world.shown()).toEqual(expectedOf([...now.values()].flat()));
    await world.close();
  },
);
