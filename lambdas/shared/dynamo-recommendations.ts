import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { transact } from "./dynamo-transaction";
import { PermanentError } from "./errors";
import type { Story, StoryKey } from "./recommendation";
import type { RecommendationTable, TableHead } from "./recommendation-table";

/** Attributes of the table, which a backend asks by. */
export const RECOMMENDATION_KEYS = { partition: "shopId", sort: "contentId" } as const;
/** Shop and story of the head item: no shop is called so. */
const HEAD = "#";
/** Attribute with the etag of the manifest that an item is from. */
const MANIFEST = "manifest";

type Item = Record<string, AttributeValue>;

const HeadItem = z.object({
  run: z.string(),
  trainedAt: z.string(),
  [MANIFEST]: z.string(),
  status: z.enum(["serving", "served"]),
  holder: z.string(),
  stories: z.pipe(
    z.string().check(z.regex(/^\d+$/)),
    z.transform((text) => Number(text)),
  ),
});

const keyOf = ({ shopId, contentId }: StoryKey): Item => ({
  [RECOMMENDATION_KEYS.partition]: { S: shopId },
  [RECOMMENDATION_KEYS.sort]: { S: contentId },
});

const HEAD_KEY = keyOf({ shopId: HEAD, contentId: HEAD });

function headItem(head: TableHead): Item {
  return {
    ...HEAD_KEY,
    run: { S: head.run },
    trainedAt: { S: head.trainedAt },
    [MANIFEST]: { S: head.manifestEtag },
    status: { S: head.status },
    holder: { S: head.holder },
    stories: { N: String(head.stories) },
  };
}

/** One read of one item gives all that is shown beside a story. */
function storyItem(story: Story, { run, trainedAt, manifestEtag }: TableHead): Item {
  const products = story.products.map(({ productId, score }) => ({
    M: { productId: { S: productId }, score: { N: String(score) } },
  }));
  const from = { run: { S: run }, trainedAt: { S: trainedAt }, [MANIFEST]: { S: manifestEtag } };
  return { ...keyOf(story), products: { L: products }, ...from };
}

/** Recommendations in a DynamoDB table. */
export class DynamoRecommendations implements RecommendationTable {
  constructor(
    private readonly table: string,
    private readonly client = new DynamoDBClient(),
  ) {}

  async head(): Promise<TableHead | undefined> {
    const read = { TableName: this.table, Key: HEAD_KEY, ConsistentRead: true };
    const { Item } = await this.client.send(new GetItemCommand(read));
    if (Item === undefined) return undefined;
    const plain = Object.entries(Item).map(([name, value]) => [name, value.S ?? value.N]);
    const parsed = HeadItem.safeParse(Object.fromEntries(plain));
    if (!parsed.success) {
      const paths = parsed.error.issues.map((issue) => issue.path.join("."));
      throw new PermanentError(
        `${this.table}: item ${HEAD} ${HEAD} is broken at ${paths.join(", ")}: delete it, and all stories are put again`,
      );
    }
    const { [MANIFEST]: manifestEtag, ...head } = parsed.data;
    return { ...head, manifestEtag };
  }

  async putHead(head: TableHead, seen: TableHead | undefined): Promise<boolean> {
    const when =
      seen === undefined
        ? {
            ConditionExpression: "attribute_not_exists(#key)",
            ExpressionAttributeNames: { "#key": RECOMMENDATION_KEYS.partition },
          }
        : held(seen);
    try {
      await this.client.send(new PutItemCommand({ TableName: this.table, Item: headItem(head), ...when }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async put(stories: readonly Story[], head: TableHead): Promise<"applied" | "stale"> {
    const puts = stories.map((story) => ({
      Put: { TableName: this.table, Item: storyItem(story, head) },
    }));
    return this.change(puts, head);
  }

  async remove(stories: readonly StoryKey[], head: TableHead): Promise<"applied" | "stale"> {
    const deletes = stories.map((story) => ({ Delete: { TableName: this.table, Key: keyOf(story) } }));
    return this.change(deletes, head);
  }

  async *others(manifestEtag: string): AsyncGenerator<readonly StoryKey[]> {
    const scan = {
      TableName: this.table,
      ConsistentRead: true,
      FilterExpression: "#manifest <> :manifest",
      ProjectionExpression: "#shop, #story",
      ExpressionAttributeNames: {
        "#manifest": MANIFEST,
        "#shop": RECOMMENDATION_KEYS.partition,
        "#story": RECOMMENDATION_KEYS.sort,
      },
      ExpressionAttributeValues: { ":manifest": { S: manifestEtag } },
    };
    for await (const { Items = [] } of paginateScan({ client: this.client }, scan)) {
      const keys = Items.map(({ shopId, contentId }) => ({
        shopId: shopId?.S ?? "",
        contentId: contentId?.S ?? "",
      }));
      yield keys.filter(({ shopId }) => shopId !== HEAD);
    }
  }

  /** The head is put with the changes, so that a late call of who has lost it changes nothing. */
  private change(changes: TransactWriteItem[], head: TableHead): Promise<"applied" | "stale"> {
    const Put = { TableName: this.table, Item: headItem(head), ...held(head) };
    return transact(
      this.client,
      [{ Put }, ...changes],
      (tries) => `${this.table}: lost ${tries} races for its head`,
    );
  }
}

/** The head is still that of this delivery, in this status. */
function held({ holder, status }: TableHead) {
  return {
    ConditionExpression: "#holder = :holder AND #status = :status",
    ExpressionAttributeNames: { "#holder": "holder", "#status": "status" },
    ExpressionAttributeValues: { ":holder": { S: holder }, ":status": { S: status } },
  };
}
