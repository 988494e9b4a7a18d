import { changesBetween, FiguresStore } from "../../../lambdas/load/figures";
import { load } from "../../../lambdas/load/load";
import { manifestKey, sourceId } from "../../../lambdas/shared/manifest";
import { ndjson, view } from "../support/events";
import { Pipeline } from "../support/pipeline";

const KEY = "in/a.ndjson";

describe("figures", () => {
  test("are no change between the same contributions", () => {
    const figures = new Map([["a##2024-05-17", new Map([["views", 1n]])]]);
    expect(changesBetween(figures, structuredClone(figures))).toEqual([]);
    expect(changesBetween(figures, new Map([["a##2024-05-17", new Map([["clicks", 1n]])]]))).toHaveLength(1);
  });

  test("are left alone from an hour before their end on, since a part of them may be gone", async () => {
    const pipeline = new Pipeline();
    await pipeline.structure(
      pipeline.send(
        KEY,
        ndjson(view({ occurredAt: "2024-05-17T23:00:00Z" }), view({ occurredAt: "2024-05-18T00:00:00Z" })),
      ),
    );
    // 14 days after the begin of May 17th, less one hour.
    const now = (): Date => new Date("2024-05-30T23:00:00Z");
    const store = new FiguresStore({ figures: pipeline.figures, keptDays: 14, now });
    await load(
      { bucket: "curated", key: manifestKey(sourceId("raw", KEY)) },
      { curated: () => pipeline.curatedBucket, store, newRun: () => "run", pause: async () => undefined },
    );
    expect(pipeline.figures.totals).toEqual({ "atlas#story-7#2024-05-18": { views: "1" } });
  });
});
