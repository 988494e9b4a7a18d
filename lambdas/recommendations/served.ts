import { TransientError } from "../shared/errors";
import {
  PRODUCTS_PER_STEP,
  type RecommendationTable,
  STORIES_PER_STEP,
  type TableHead,
} from "../shared/recommendation-table";
import { Stale } from "../shared/stale";
import type { Brought, Current, RunStore } from "./current";
import { groupsOf, storiesOf } from "./stories";

const STEP = { stories: STORIES_PER_STEP, products: PRODUCTS_PER_STEP } as const;

/**
 * Products beside each story, in a table that a backend reads by key. A delivery takes the head first: from then on only it
 * may change the table, whoever had it before. A manifest that was written before the head was taken is read after that; one
 * that is written later comes with an event of its own, which takes the head in turn.
 *
 * The head counts the stories that are there: a delivery that ends half-way is taken up where it ended. Until its end a
 * reader sees some stories of this run and some of the one before, each whole.
 */
export class ServedRecommendations implements RunStore {
  constructor(private readonly table: RecommendationTable) {}

  async bring(current: Current): Promise<Brought> {
    const { run, trainedAt, manifestEtag, holder } = current;
    const seen = await this.table.head();
    if (seen !== undefined && seen.run > run) return { run, outcome: "superseded", stories: 0 };
    const same = seen?.manifestEtag === manifestEtag;
    if (same && seen.status === "served") return { run, outcome: "unchanged", stories: 0 };

    // Two deliveries of one manifest must not take the head from each other for ever: who lost it leaves it.
    if (same && current.tries > 1 && seen.holder !== holder)
      throw new TransientError(`${current.where}: another delivery serves it: it is looked at again`, {
        soon: true,
      });

    const there = same ? seen.stories : 0;
    const head: TableHead = { run, trainedAt, manifestEtag, holder, status: "serving", stories: there };
    if (!(await this.table.putHead(head, seen))) throw new Stale(run);
    await current.stillCurrent();
    const stories = await this.put(current, head);
    const removed = await this.removeOthers({ ...head, stories });
    if (!(await this.table.putHead({ ...head, stories, status: "served" }, head))) throw new Stale(run);
    return { run, outcome: "loaded", stories: stories - there, removed };
  }

  /** @returns how many stories are there now */
  private async put(current: Current, head: TableHead): Promise<number> {
    let stories = 0;
    for await (const group of groupsOf(storiesOf(current), STEP)) {
      const before = stories;
      stories += group.length;
      const left = group.slice(Math.max(0, head.stories - before));
      if (left.length > 0 && (await this.table.put(left, { ...head, stories })) === "stale")
        throw new Stale(head.run);
    }
    return stories;
  }

  private async removeOthers(head: TableHead): Promise<number> {
    let removed = 0;
    for await (const others of this.table.others(head.manifestEtag)) {
      for (let at = 0; at < others.length; at += STORIES_PER_STEP)
        if ((await this.table.remove(others.slice(at, at + STORIES_PER_STEP), head)) === "stale")
          throw new Stale(head.run);
      removed += others.length;
    }
    return removed;
  }
}
