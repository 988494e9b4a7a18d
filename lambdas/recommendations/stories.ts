import { rowGroups } from "../shared/curated-file";
import { PermanentError } from "../shared/errors";
import type { RecommendedProduct, Story, StoryKey } from "../shared/recommendation";
import type { Current } from "./current";

/** Rows that are held at a time; Spark's pages have 20,000 at most, and a page is read whole. */
const ROWS_AT_ONCE = 20_000;

const COLUMNS = ["shopId", "contentId", "rank", "productId", "score"] as const satisfies (keyof Row)[];
const NEXT = "run train_recommendations again";

interface Row {
  readonly shopId: string;
  readonly contentId: string;
  readonly rank: number;
  readonly productId: string;
  readonly score: number;
}

/**
 * The stories of a run, one after the other, in the order that the job has written them in: by the bytes of shop and story,
 * products by rank. So a story is whole before the next begins, and no more than a part of the rows is held.
 * @throws Stale when a file is gone or changed, PermanentError when the rows break their contract.
 */
export async function* storiesOf(current: Current): AsyncGenerator<Story> {
  const { manifest, curated, where } = current;
  let open: OpenStory | undefined;
  let rows = 0;
  for (const file of manifest.files)
    for await (const group of rowGroups<Row>(curated, file, COLUMNS, ROWS_AT_ONCE))
      for (const row of group) {
        rows += 1;
        const broken = ruleBrokenBy(row, open);
        if (broken !== undefined)
          throw new PermanentError(`s3://${curated.bucket}/${file.key}: row ${broken}: ${NEXT}`);
        if (open !== undefined && isSame(open, row)) open.products.push(productOf(row));
        else {
          if (open !== undefined) yield open;
          open = { shopId: row.shopId, contentId: row.contentId, products: [productOf(row)] };
        }
      }
  if (rows !== manifest.rows) {
    // Files that were replaced since have another manifest.
    await current.stillCurrent();
    throw new PermanentError(`${where}: its files must have ${manifest.rows} rows, got ${rows}: ${NEXT}`);
  }
  if (open !== undefined) yield open;
}

interface OpenStory extends StoryKey {
  readonly products: RecommendedProduct[];
}

const productOf = ({ productId, score }: Row): RecommendedProduct => ({ productId, score });

const isSame = (left: StoryKey, right: StoryKey): boolean =>
  left.shopId === right.shopId && left.contentId === right.contentId;

/** Rule and value, where the row may not follow what came before; ids are no secret. */
function ruleBrokenBy(row: Row, open: OpenStory | undefined): string | undefined {
  for (const name of ["shopId", "contentId", "productId"] as const)
    if (typeof row[name] !== "string" || row[name] === "")
      return `must have a ${name}, got ${JSON.stringify(row[name])}`;
  if (!Number.isFinite(row.score)) return `must have a finite score, got ${row.score}`;
  const same = open !== undefined && isSame(open, row);
  const rank = same ? open.products.length + 1 : 1;
  const story = `${row.shopId} ${row.contentId}`;
  if (row.rank !== rank) return `must have rank ${rank} in story ${story}, got ${row.rank}`;
  if (!same && open !== undefined && !isBefore(open, row))
    return `must be of a story after ${open.shopId} ${open.contentId}, got ${story}`;
  return undefined;
}

/** As Spark sorts text: by its bytes. */
function isBefore(left: StoryKey, right: StoryKey): boolean {
  const shop = Buffer.compare(Buffer.from(left.shopId), Buffer.from(right.shopId));
  return (
    shop < 0 || (shop === 0 && Buffer.compare(Buffer.from(left.contentId), Buffer.from(right.contentId)) < 0)
  );
}

/** Stories in groups of at most `limits`, each at least one story. */
export async function* groupsOf(
  stories: AsyncIterable<Story>,
  limits: { readonly stories: number; readonly products: number },
): AsyncGenerator<readonly Story[]> {
  let group: Story[] = [];
  let products = 0;
  for await (const story of stories) {
    const full = group.length >= limits.stories || products + story.products.length > limits.products;
    if (group.length > 0 && full) {
      yield group;
      group = [];
      products = 0;
    }
    group.push(story);
    products += story.products.length;
  }
  if (group.length > 0) yield group;
}
