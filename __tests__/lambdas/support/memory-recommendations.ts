import type {
  RecommendationChanges,
  RecommendationRows,
} from "../../../lambdas/shared/postgres-recommendations";
import type { Story, StoryKey, TrainedRun } from "../../../lambdas/shared/recommendation";
import {
  PRODUCTS_PER_STEP,
  type RecommendationTable,
  STORIES_PER_STEP,
  type TableHead,
} from "../../../lambdas/shared/recommendation-table";
import { Fuse } from "./fuse";

const idOf = ({ shopId, contentId }: StoryKey): string => `${shopId}#${contentId}`;

interface StoredStory extends Story {
  readonly run: string;
  readonly manifestEtag: string;
}

/** The table in memory, which honours conditions as DynamoDB does. */
export class MemoryTable implements RecommendationTable {
  readonly stories = new Map<string, StoredStory>();
  readonly state: { head: TableHead | undefined } = { head: undefined };
  /** Steps that changed stories. */
  readonly steps: string[] = [];
  fuse = new Fuse();

  /** The same table for a worker with a fuse of its own. */
  seenThrough(fuse: Fuse): MemoryTable {
    return Object.create(this, { fuse: { value: fuse } });
  }

  /** Run and products of each story. */
  get shown(): Record<string, unknown> {
    const shown = [...this.stories].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(shown.map(([id, { run, products }]) => [id, { run, products }]));
  }

  async head(): Promise<TableHead | undefined> {
    await this.fuse.tick();
    return this.state.head;
  }

  async putHead(head: TableHead, seen: TableHead | undefined): Promise<boolean> {
    await this.fuse.tick();
    const found = this.state.head;
    if (found?.holder !== seen?.holder || found?.status !== seen?.status) return false;
    this.state.head = head;
    return true;
  }

  async put(stories: readonly Story[], head: TableHead): Promise<"applied" | "stale"> {
    return this.step("put", stories, head, (story) =>
      this.stories.set(idOf(story), { ...story, run: head.run, manifestEtag: head.manifestEtag }),
    );
  }

  async remove(stories: readonly StoryKey[], head: TableHead): Promise<"applied" | "stale"> {
    return this.step("remove", stories, head, (story) => this.stories.delete(idOf(story)));
  }

  async *others(manifestEtag: string): AsyncGenerator<readonly StoryKey[]> {
    await this.fuse.tick();
    yield [...this.stories.values()].filter((story) => story.manifestEtag !== manifestEtag);
  }

  private async step<S extends StoryKey>(
    what: string,
    stories: readonly S[],
    head: TableHead,
    change: (story: S) => void,
  ): Promise<"applied" | "stale"> {
    await this.fuse.tick();
    const products = stories.flatMap((story) => (story as Partial<Story>).products ?? []).length;
    if (stories.length > STORIES_PER_STEP || products > PRODUCTS_PER_STEP)
      throw new RangeError(`a step must be smaller, got ${stories.length} stories, ${products} products`);
    const { head: found } = this.state;
    if (found?.holder !== head.holder || found.status !== head.status) return "stale";
    this.steps.push(`${what} ${stories.length}`);
    this.state.head = head;
    for (const story of stories) change(story);
    return "applied";
  }
}

/** Rows in memory: a transaction is seen when it ends, and transactions take turns. */
export class MemoryRecommendationRows {
  private held: { run: TrainedRun | undefined; stories: readonly Story[] } = { run: undefined, stories: [] };
  private last: Promise<unknown> = Promise.resolve();

  /** The run that readers see, and the products of its stories. */
  get shown(): unknown {
    return { run: this.held.run?.run, stories: this.held.stories };
  }

  /** The same rows for a worker with a fuse of its own. */
  seenThrough(fuse: Fuse): RecommendationRows {
    return {
      transaction: (work) => {
        const mine = this.last.then(() => this.alone(work, fuse));
        this.last = mine.catch(() => undefined);
        return mine;
      },
    };
  }

  private async alone<T>(work: (changes: RecommendationChanges) => Promise<T>, fuse: Fuse): Promise<T> {
    let { run, stories } = this.held;
    const result = await work({
      lock: async () => {
        await fuse.tick();
        return run;
      },
      clear: async () => {
        await fuse.tick();
        stories = [];
      },
      add: async (added) => {
        await fuse.tick();
        stories = [...stories, ...added];
      },
      putRun: async ({ run: name, trainedAt, manifestEtag }) => {
        await fuse.tick();
        run = { run: name, trainedAt, manifestEtag };
      },
    });
    await fuse.tick();
    this.held = { run, stories };
    return result;
  }
}
