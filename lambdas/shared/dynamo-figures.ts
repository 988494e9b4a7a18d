import { createHash } from "node:crypto";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { transact } from "./dynamo-transaction";
import { PermanentError } from "./errors";
import type { Change, FigureStore } from "./figure-store";
import {
  CONTRIBUTION_KEYS,
  contributionKey,
  counterText,
  difference,
  EXPIRY,
  expiresAt,
  FIGURE_KEYS,
  type Figures,
  HEAD,
  readCounter,
} from "./figures";
import { Head } from "./head";

/** Attribute of a contribution that stands for its values in a condition. */
const VALUES = "valuesHash";

type Item = Record<string, AttributeValue>;

const numbers = (figures: Figures): Item =>
  Object.fromEntries([...figures].map(([name, value]) => [name, { N: counterText(name, value) }]));

function valuesHash(figures: Figures): string {
  const values = [...figures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`);
  return createHash("sha256").update(values.join()).digest("hex").slice(0, 32);
}

function figuresOf(item: Item): Figures {
  const found = new Map<string, bigint>();
  for (const [name, { N: text }] of Object.entries(item)) {
    const value = text === undefined ? undefined : readCounter(name, text);
    if (value !== undefined) found.set(name, value);
  }
  return found;
}

/** The head item of a source as it is read by others, too: plain values by attribute name. */
export function headOf(item: Item): Head {
  const plain = Object.entries(item).map(([name, value]) => [name, value.NULL === true ? null : value.S]);
  const parsed = Head.safeParse(Object.fromEntries(plain));
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map((issue) => issue.path.join("."));
  throw new PermanentError(
    `contributions: head ${item[CONTRIBUTION_KEYS.partition]?.S} is broken at ${paths.join(", ")}`,
  );
}

const nullable = (text: string | null): AttributeValue => (text === null ? { NULL: true } : { S: text });

/** Figures and contributions in two DynamoDB tables. */
export class DynamoFigures implements FigureStore {
  /** `keptDays` is how long figures and contributions are kept, for ever without. */
  constructor(
    private readonly figuresTable: string,
    private readonly contributionsTable: string,
    private readonly client = new DynamoDBClient(),
    private readonly keptDays?: number,
  ) {}

  async head(source: string): Promise<Head | undefined> {
    const Key = this.contribution(source, HEAD);
    const read = { TableName: this.contributionsTable, Key, ConsistentRead: true };
    const { Item } = await this.client.send(new GetItemCommand(read));
    return Item === undefined ? undefined : headOf(Item);
  }

  async putHead(source: string, head: Head, seen: Head | undefined): Promise<boolean> {
    const Item: Item = {
      ...this.contribution(source, HEAD),
      etag: { S: head.etag },
      sequencer: nullable(head.sequencer),
      lastModified: { S: head.lastModified },
      status: { S: head.status },
      manifestEtag: { S: head.manifestEtag },
      run: { S: head.run },
      loadedAt: nullable(head.loadedAt),
    };
    const when =
      seen === undefined
        ? {
            ConditionExpression: "attribute_not_exists(#source)",
            ExpressionAttributeNames: { "#source": CONTRIBUTION_KEYS.partition },
          }
        : {
            ConditionExpression: "#run = :run AND #status = :status",
            ExpressionAttributeNames: { "#run": "run", "#status": "status" },
            ExpressionAttributeValues: { ":run": { S: seen.run }, ":status": { S: seen.status } },
          };
    try {
      await this.client.send(new PutItemCommand({ TableName: this.contributionsTable, Item, ...when }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async contributions(source: string): Promise<ReadonlyMap<string, Figures>> {
    const found = new Map<string, Figures>();
    const query = {
      TableName: this.contributionsTable,
      ConsistentRead: true,
      KeyConditionExpression: "#source = :source AND #figure > :head",
      ExpressionAttributeNames: { "#source": CONTRIBUTION_KEYS.partition, "#figure": CONTRIBUTION_KEYS.sort },
      ExpressionAttributeValues: { ":source": { S: source }, ":head": { S: HEAD } },
    };
    for await (const { Items = [] } of paginateQuery({ client: this.client }, query))
      for (const item of Items) found.set(item[CONTRIBUTION_KEYS.sort]?.S ?? "", figuresOf(item));
    return found;
  }

  async apply(source: string, run: string, changes: readonly Change[]): Promise<"applied" | "stale"> {
    const items = [
      this.holdsHead(source, run),
      ...changes.flatMap((change) => this.itemsFor(source, change)),
    ];
    return transact(
      this.client,
      items,
      (tries) => `figures: lost ${tries} races for the figures of ${source}`,
    );
  }

  private contribution(source: string, figure: string): Item {
    return { [CONTRIBUTION_KEYS.partition]: { S: source }, [CONTRIBUTION_KEYS.sort]: { S: figure } };
  }

  private holdsHead(source: string, run: string): TransactWriteItem {
    return {
      ConditionCheck: {
        TableName: this.contributionsTable,
        Key: this.contribution(source, HEAD),
        ConditionExpression: "#run = :run",
        ExpressionAttributeNames: { "#run": "run" },
        ExpressionAttributeValues: { ":run": { S: run } },
      },
    };
  }

  private itemsFor(source: string, { shopId, contentDay, before, after }: Change): TransactWriteItem[] {
    const expiry: Item =
      this.keptDays === undefined ? {} : { [EXPIRY]: { N: String(expiresAt(contentDay, this.keptDays)) } };
    const key = this.contribution(source, contributionKey(shopId, contentDay));
    const when =
      before === undefined
        ? {
            ConditionExpression: "attribute_not_exists(#is)",
            ExpressionAttributeNames: { "#is": CONTRIBUTION_KEYS.partition },
          }
        : {
            ConditionExpression: "#is = :is",
            ExpressionAttributeNames: { "#is": VALUES },
            ExpressionAttributeValues: { ":is": { S: valuesHash(before) } },
          };
    const contribution: TransactWriteItem =
      after === undefined
        ? { Delete: { TableName: this.contributionsTable, Key: key, ...when } }
        : {
            Put: {
              TableName: this.contributionsTable,
              Item: { ...key, ...numbers(after), [VALUES]: { S: valuesHash(after) }, ...expiry },
              ...when,
            },
          };
    const delta = [...difference(before ?? new Map(), after ?? new Map())];
    if (delta.length === 0) return [contribution];
    const sets = Object.entries(expiry);
    const figure: TransactWriteItem = {
      Update: {
        TableName: this.figuresTable,
        Key: { [FIGURE_KEYS.partition]: { S: shopId }, [FIGURE_KEYS.sort]: { S: contentDay } },
        UpdateExpression: [
          `ADD ${delta.map((_, at) => `#n${at} :v${at}`).join(", ")}`,
          ...sets.map(([name]) => `SET #${name} = :${name}`),
        ].join(" "),
        ExpressionAttributeNames: Object.fromEntries([
          ...delta.map(([name], at) => [`#n${at}`, name]),
          ...sets.map(([name]) => [`#${name}`, name]),
        ]),
        ExpressionAttributeValues: Object.fromEntries([
          ...delta.map(([name, value], at) => [`:v${at}`, { N: counterText(name, value) }]),
          ...sets.map(([name, value]) => [`:${name}`, value]),
        ]),
      },
    };
    return [contribution, figure];
  }
}
