import type { ColumnSource } from "hyparquet-writer";
import { parseAmount } from "../shared/amount";
import type { Event } from "../shared/event";
import { parseInstant } from "../shared/instant";
import { PackedText } from "./packed-text";

/** Events of one shop and month as columns, in the order they were added, until they become a row group. */
export class Rows {
  constructor(private readonly shopId: string) {}

  private occurredAt: number[] = [];
  private readonly eventId = new PackedText();
  private type: string[] = [];
  private contentId: (string | undefined)[] = [];
  private productId: (string | undefined)[] = [];
  private readonly visitorId = new PackedText();
  private quantity: (number | undefined)[] = [];
  private amount: (bigint | undefined)[] = [];
  private currency: (string | undefined)[] = [];
  private sessionId: (string | undefined)[] = [];

  get count(): number {
    return this.occurredAt.length;
  }

  add(event: Event): void {
    this.occurredAt.push(parseInstant(event.occurredAt) ?? 0);
    this.eventId.push(event.eventId);
    this.type.push(event.type);
    this.contentId.push(event.contentId);
    this.productId.push(event.productId);
    this.visitorId.push(event.visitorId);
    this.quantity.push(event.quantity);
    this.amount.push(event.amount === undefined ? undefined : parseAmount(event.amount));
    this.currency.push(event.currency);
    this.sessionId.push(event.sessionId);
  }

  /** Forgets all rows, once they are written. */
  clear(): void {
    this.occurredAt = [];
    this.eventId.clear();
    this.type = [];
    this.contentId = [];
    this.productId = [];
    this.visitorId.clear();
    this.quantity = [];
    this.amount = [];
    this.currency = [];
    this.sessionId = [];
  }

  /** The rows by time, then by event id, as the columns of a row group. */
  sorted(): ColumnSource[] {
    const order = this.order();
    const pick = <T>(column: readonly T[]): T[] => {
      if (order === undefined) return column as T[];
      const picked = new Array<T>(order.length);
      for (let i = 0; i < order.length; i++) picked[i] = column[order[i] as number] as T;
      return picked;
    };
    const instants = pick(this.occurredAt);
    const occurredAt = new BigInt64Array(instants.length);
    for (let i = 0; i < instants.length; i++) occurredAt[i] = BigInt(instants[i] as number);
    const columns: readonly ColumnSource[] = [
      { name: "occurredAt", data: occurredAt, encoding: "PLAIN", statistics: true },
      { name: "eventId", data: this.eventId.inOrder(order), encoding: "PLAIN", codec: "UNCOMPRESSED" },
      { name: "type", data: pick(this.type) },
      { name: "shopId", data: new Array<string>(instants.length).fill(this.shopId) },
      { name: "contentId", data: pick(this.contentId) },
      { name: "productId", data: pick(this.productId) },
      { name: "visitorId", data: this.visitorId.inOrder(order) },
      { name: "quantity", data: pick(this.quantity) },
      { name: "amount", data: pick(this.amount) },
      { name: "currency", data: pick(this.currency) },
      { name: "sessionId", data: pick(this.sessionId) },
    ];
    // Page offsets would stay in memory until the end of the file, for pages that are read as a whole anyhow.
    return columns.map((column) => ({ ...column, offsetIndex: false }));
  }

  /** Positions in sorted order; undefined when the rows are in order already, as a collector's mostly are. */
  private order(): Uint32Array | undefined {
    const { occurredAt, eventId } = this;
    const compare = (a: number, b: number): number => {
      const time = (occurredAt[a] as number) - (occurredAt[b] as number);
      return time !== 0 ? time : eventId.compare(a, b) || a - b;
    };
    let inOrder = true;
    for (let i = 1; inOrder && i < occurredAt.length; i++) inOrder = compare(i - 1, i) <= 0;
    return inOrder ? undefined : Uint32Array.from(occurredAt.keys()).sort(compare);
  }
}
