import { randomUUID } from "node:crypto";
import type { SQSRecord } from "aws-lambda";
import { shuffled } from "../lambdas/support/events";

/** Messages that one receive gives at most. */
const BATCH = 10;
/** Deliveries before a message is set aside. */
export const MAX_RECEIVE_COUNT = 5;
/** Seconds that a message is hidden after a delivery that nobody ends. */
const VISIBILITY_SECONDS = 180;

/** Seconds that pass only when nothing can be done without. */
export class Clock {
  now = 0;
  private readonly timers: { readonly at: number; readonly work: () => Promise<void> }[] = [];

  /** Has something happen at a time. */
  at(seconds: number, work: () => Promise<void>): void {
    this.timers.push({ at: seconds, work });
    this.timers.sort((left, right) => left.at - right.at);
  }

  /** Goes on to the next of those times and of what was set; false when there is none. */
  async advance(times: readonly number[]): Promise<boolean> {
    const next = Math.min(...times, this.timers[0]?.at ?? Number.POSITIVE_INFINITY);
    if (next === Number.POSITIVE_INFINITY) return false;
    this.now = Math.max(this.now, next);
    while (this.timers[0] !== undefined && this.timers[0].at <= this.now) await this.timers.shift()?.work();
    return true;
  }
}

export interface Message {
  readonly messageId: string;
  readonly body: string;
  receiveCount: number;
  visibleAt: number;
  receiptHandle: string;
}

/**
 * A queue of SQS and its dead-letter queue, in a time of their own: no order, hidden while in work, back after the time that
 * a failure asked for, set aside after the fifth failure.
 */
export class ModelQueue {
  private messages: Message[] = [];
  readonly dead: Message[] = [];
  /** Deliveries by body. */
  readonly deliveries = new Map<string, number>();
  /** When the last message was done. */
  lastDone = 0;
  /** Copies that each message has: standard queues deliver at least once. */
  copies = (): number => 1;

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  send(body: string): void {
    for (let copy = this.copies(); copy > 0; copy -= 1) this.add(body);
  }

  /** Up to ten of the messages that can be seen, in any order. */
  receive(): SQSRecord[] {
    this.setAside();
    const seen = this.messages.filter(({ visibleAt }) => visibleAt <= this.clock.now);
    return shuffled(seen, this.random)
      .slice(0, BATCH)
      .map((message) => this.deliver(message));
  }

  /** Ends a delivery: all but those that failed are done. */
  end(records: readonly SQSRecord[], failed: readonly string[]): void {
    const done = new Set(
      records
        .filter(({ messageId }) => !failed.includes(messageId))
        .map(({ receiptHandle }) => receiptHandle),
    );
    this.messages = this.messages.filter(({ receiptHandle }) => !done.has(receiptHandle));
    if (done.size > 0) this.lastDone = this.clock.now;
    this.setAside();
  }

  async postpone(receiptHandle: string, seconds: number): Promise<void> {
    const message = this.messages.find((one) => one.receiptHandle === receiptHandle);
    if (message !== undefined) message.visibleAt = this.clock.now + seconds;
  }

  /** Gives what was set aside back, as new messages. */
  redrive(): void {
    for (const { body } of this.dead.splice(0)) this.add(body);
  }

  /** Bodies of messages that wait and speak of `part`. */
  bodies(part: string): string[] {
    return this.messages.map(({ body }) => body).filter((body) => body.includes(part));
  }

  /** Times at which a message can be seen again. */
  get times(): number[] {
    return this.messages.map(({ visibleAt }) => visibleAt);
  }

  private add(body: string): void {
    const { now } = this.clock;
    const messageId = randomUUID();
    this.messages.push({ messageId, body, receiveCount: 0, visibleAt: now, receiptHandle: messageId });
  }

  private deliver(message: Message): SQSRecord {
    message.receiveCount += 1;
    message.visibleAt = this.clock.now + VISIBILITY_SECONDS;
    message.receiptHandle = randomUUID();
    const { messageId, body, receiptHandle, receiveCount } = message;
    this.deliveries.set(body, (this.deliveries.get(body) ?? 0) + 1);
    const attributes = { ApproximateReceiveCount: String(receiveCount) } as SQSRecord["attributes"];
    const rest = { messageAttributes: {}, md5OfBody: "", awsRegion: "", eventSourceARN: "" };
    return { messageId, body, receiptHandle, attributes, eventSource: "aws:sqs", ...rest };
  }

  /** SQS does so when a message would be received once more. */
  private setAside(): void {
    const over = this.messages.filter(
      ({ receiveCount, visibleAt }) => receiveCount >= MAX_RECEIVE_COUNT && visibleAt <= this.clock.now,
    );
    this.dead.push(...over);
    this.messages = this.messages.filter((message) => !over.includes(message));
  }
}
