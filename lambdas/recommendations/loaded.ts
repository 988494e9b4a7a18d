import type { RecommendationRows } from "../shared/postgres-recommendations";
import type { Brought, Current, RunStore } from "./current";
import { groupsOf, storiesOf } from "./stories";

/** What one statement adds. */
const BATCH = { stories: 5_000, products: 5_000 } as const;

/**
 * Recommendations in a database, a run in one transaction: who reads sees the run before or this one. Deliveries wait for each
 * other, and the manifest is read again after that wait: one that is written later has a delivery of its own, which waits in
 * turn.
 */
export class LoadedRecommendations implements RunStore {
  constructor(private readonly rows: RecommendationRows) {}

  bring(current: Current): Promise<Brought> {
    return this.rows.transaction(async (changes): Promise<Brought> => {
      const { run, manifestEtag } = current;
      const seen = await changes.lock();
      if (seen !== undefined && seen.run > run) return { run, outcome: "superseded", stories: 0 };
      if (seen?.manifestEtag === manifestEtag) return { run, outcome: "unchanged", stories: 0 };
      await current.stillCurrent();
      await changes.clear();
      let stories = 0;
      for await (const group of groupsOf(storiesOf(current), BATCH)) {
        await changes.add(group, current);
        stories += group.length;
      }
      await changes.putRun(current);
      return { run, outcome: "loaded", stories };
    });
  }
}
