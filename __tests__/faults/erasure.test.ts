import { follow } from "../../lambdas/erasure/follow";
import { manifestKey, sourceId } from "../../lambdas/shared/manifest";
import { S3Curated } from "../../lambdas/shared/s3-curated";
import { eraseVisitors, reportOf } from "../lambdas/support/erased";
import { bodyOf, eventsOf, expectedOf } from "../support/faults-events";
import { Servers } from "../support/faults-servers";
import { keysOf, manifestsOf } from "../support/faults-shown";
import { NOTHING, World } from "../support/faults-world";

jest.setTimeout(240_000);

const REPORT = "erasures/run=20260401T000000Z/report.json";
const servers = new Servers();

describe("an erasure", () => {
  test("reaches figures, rows and lake, which lose the events of its visitors and no other", async () => {
    const world = await World.make(servers, 21);
    const files = ["one", "two", "three", "four"].map((name) => ({
      key: `in/${name}.ndjson`,
      events: [
        ...eventsOf(`${name}-stays`, world.random, { count: 6 }),
        ...eventsOf(`${name}-gone`, world.random, { count: 4 }),
      ],
    }));
    for (const { key, events } of files) await world.put(key, bodyOf(events));
    await world.drain();
    expect(await world.shown()).toEqual(expectedOf(files.flatMap(({ events }) => events)));

    const curated = new S3Curated(servers.s3, world.curated);
    const keys = [
      ...(await keysOf(servers.s3, world.curated, "versions/")),
      ...(await keysOf(servers.s3, world.curated, "events/")),
    ];
    const gone = ["v-one-gone", "v-three-gone"];
    await curated.put(REPORT, reportOf(await eraseVisitors(curated, keys, gone)), "application/json");
    const report = { bucket: world.curated, key: REPORT };
    const deps = { curated: () => curated, pause: async () => undefined };
    expect(await follow(report, deps)).toMatchObject({ changed: 2, unchanged: 0, leftAlone: 0 });
    expect(await follow(report, deps)).toMatchObject({ changed: 0, unchanged: 2, leftAlone: 0 });

    for (const key of ["in/one.ndjson", "in/three.ndjson"]) {
      const manifest = manifestKey(sourceId(world.raw, key));
      const head = await curated.head(manifest);
      const message = world.events.created(world.curated, manifest, head === "missing" ? "" : head.etag);
      for (const stage of ["figures", "rows", "lake"] as const) world.queues[stage].send(message);
    }
    await world.drain();
    const left = files.flatMap(({ events }) => events.filter(({ visitorId }) => !gone.includes(visitorId)));
    expect(left).toHaveLength(32);
    expect(await world.shown()).toEqual(expectedOf(left));
    const rows = (await manifestsOf(servers.s3, world.curated)).flatMap(({ outputs }) =>
      outputs.map((one) => one.rows),
    );
    expect(rows.reduce((sum, each) => sum + each, 0)).toBe(32);
    expect(await world.leftovers()).toEqual(NOTHING);
    await world.close();
  });
});
