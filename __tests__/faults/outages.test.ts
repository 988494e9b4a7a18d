import { ProvisionedThroughputExceededException, ThrottlingException } from "@aws-sdk/client-dynamodb";
import { S3ServiceException } from "@aws-sdk/client-s3";
import { bodyOf, eventsOf, expectedOf, type SentEvent } from "../support/faults-events";
import type { Call } from "../support/faults-instance";
import { inParallel } from "../support/faults-parallel";
import { Servers } from "../support/faults-servers";
import { STAGES, type Stage } from "../support/faults-stages";
import { NOTHING, World } from "../support/faults-world";

const FULL = process.env.FAULTS === "full";
const OBJECTS = FULL ? 1_000 : 40;
const OUTAGE_SECONDS = 60;
jest.setTimeout(FULL ? 1_800_000 : 180_000);

const servers = new Servers();

const throttles = (random: number): Error => {
  const what = { message: "Rate exceeded", $metadata: { httpStatusCode: 400 } };
  return random < 0.5 ? new ThrottlingException(what) : new ProvisionedThroughputExceededException(what);
};
const slowDown = (): Error =>
  new S3ServiceException({ name: "SlowDown", $fault: "server", $metadata: { httpStatusCode: 503 } });
const refused = (): Error =>
  Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" });

interface Outage {
  readonly what: string;
  /** The stages that need it. */
  readonly hit: readonly Stage[];
  /** What a call comes to while it lasts. */
  readonly weather?: (call: Call, stage: Stage, random: number) => Error | undefined;
  /** Takes the server itself down. */
  readonly server?: true;
}

const OUTAGES: readonly Outage[] = [
  {
    what: "DynamoDB throttles",
    hit: ["figures"],
    weather: ({ store }, _stage, random) => (store === "dynamodb" ? throttles(random) : undefined),
  },
  {
    what: "PostgreSQL refuses connections",
    hit: ["rows"],
    weather: ({ store }) => (store === "postgres" ? refused() : undefined),
  },
  { what: "PostgreSQL is stopped", hit: ["rows"], server: true },
  {
    what: "S3 slows the lake's writes down",
    hit: ["lake"],
    weather: ({ store, name }, stage) =>
      store === "s3" && stage === "lake" && name === "PutObject" ? slowDown() : undefined,
  },
  {
    what: "S3 answers three of four calls with SlowDown",
    hit: STAGES,
    weather: ({ store }, _stage, random) => (store === "s3" && random < 0.75 ? slowDown() : undefined),
  },
  {
    what: "S3 is down for all",
    hit: STAGES,
    weather: ({ store }) => (store === "s3" ? slowDown() : undefined),
  },
];

test.each(OUTAGES)(
  `of ${OBJECTS} objects none is lost or set aside when $what for a minute, and no other store waits`,
  async ({ hit, weather, server }) => {
    const world = await World.make(servers, 8);
    const { clock, random } = world;
    const workers = STAGES.map((stage) => world.worker(stage));
    const sent: SentEvent[] = [];
    const files = Array.from({ length: OBJECTS }, (_, at) => {
      const events = eventsOf(`e-${at}`, random, { shops: ["atlas"], months: ["2024-05"] });
      sent.push(...events);
      return { key: `in/${at}.ndjson`, body: bodyOf(events) };
    });
    // A part comes in before, with connections that are open when the outage begins.
    const part = OBJECTS / 4;
    await inParallel(files.slice(0, part), ({ key, body }) => world.put(key, body));
    await world.drain(workers);

    const end = clock.now + OUTAGE_SECONDS;
    if (server) {
      await servers.stopDatabase();
      clock.at(end, () => servers.startDatabase());
    }
    world.weather = (call, stage) => {
      const error = clock.now < end ? weather?.(call, stage, random()) : undefined;
      if (error !== undefined) throw error;
    };
    await inParallel(files.slice(part), ({ key, body }) => world.put(key, body));
    await world.drain(workers);

    expect(await world.leftovers()).toEqual(NOTHING);
    expect(await world.shown()).toEqual(expectedOf(sent));
    expect(world.failures.length).toBeGreaterThan(0);
    for (const stage of STAGES)
      if (!hit.includes(stage)) expect([stage, world.queues[stage].lastDone < end]).toEqual([stage, true]);
      else if (hit.length === 1) expect(world.queues[stage].lastDone).toBeGreaterThanOrEqual(end);
    await world.close();
  },
);
