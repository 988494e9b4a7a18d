import { AsyncLocalStorage } from "node:async_hooks";
import type { Socket } from "node:net";
import { Client } from "pg";
import { Killed } from "../lambdas/support/fuse";

/** One call of a function to a store. */
export interface Call {
  readonly store: "s3" | "dynamodb" | "postgres";
  /** `PutObject`, `TransactWriteItems`, `query`, … */
  readonly name: string;
  /** Of the SDK; of PostgreSQL `text` alone. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** What happens around each call, which are counted from 1; whatever it throws is what the call throws. */
export interface Hook {
  before?(call: Call, number: number): Promise<void> | void;
  /** After the call has taken effect, or was refused. */
  after?(call: Call, number: number): Promise<void> | void;
}

/** The process of a function. */
export class Instance {
  /** Calls that were begun. */
  calls = 0;
  private dead = false;
  private readonly clients = new Set<Client>();

  constructor(private readonly hook: Hook = {}) {}

  get isDead(): boolean {
    return this.dead;
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return running.run(this, work);
  }

  async call<T>(call: Call, make: () => Promise<T>): Promise<T> {
    this.mustLive();
    this.calls += 1;
    const number = this.calls;
    await this.hook.before?.(call, number);
    this.mustLive();
    try {
      return await make();
    } finally {
      await this.hook.after?.(call, number);
      this.mustLive();
    }
  }

  /** Ends at once: no call gets through any more, and its connections are lost. */
  kill(): never {
    this.dead = true;
    this.disconnect();
    throw new Killed(`at call ${this.calls}`);
  }

  /** Breaks its connections to the database. */
  disconnect(): void {
    for (const client of this.clients) socketOf(client).destroy();
    this.clients.clear();
  }

  adopt(client: Client): void {
    this.clients.add(client);
  }

  private mustLive(): void {
    if (this.dead) throw new Killed("is dead");
  }
}

/** A process that ends before, or after, its `at`-th call; other calls may be under way at that moment. */
export function mortal(at: number, when: "before" | "after"): Instance {
  const instance: Instance = new Instance({
    [when]: (_call: Call, number: number) => {
      if (number === at) instance.kill();
    },
  });
  return instance;
}

const READS = /^(?:Get|Head|Query)/;

/**
 * A process that sleeps right before its `at`-th call until it is woken, as one that is frozen; then the call happens after
 * all. One that dies after it sleeps before writes only.
 */
export class Sleeper {
  readonly instance: Instance;
  /** Settles when it sleeps. */
  readonly asleep: Promise<void>;
  private wake_: () => void = () => {};
  private passed = 0;

  constructor(at: number, { diesAfter }: { readonly diesAfter: boolean }) {
    let fallen: () => void = () => {};
    this.asleep = new Promise((resolve) => {
      fallen = resolve;
    });
    const woken = new Promise<void>((resolve) => {
      this.wake_ = resolve;
    });
    let late: Call | undefined;
    this.instance = new Instance({
      before: async (call) => {
        if (diesAfter && READS.test(call.name)) return;
        this.passed += 1;
        if (this.passed !== at) return;
        late = call;
        fallen();
        await woken;
      },
      after: (call) => {
        if (diesAfter && call === late) this.instance.kill();
      },
    });
  }

  wake(): void {
    this.wake_();
  }
}

type Sender = { send(command: never, ...rest: never[]): Promise<unknown> };
type Around = (call: Call, make: () => Promise<unknown>) => Promise<unknown>;

/** The client of an SDK, with something around each of its calls. */
export function seenThrough<C extends object>(client: C, store: Call["store"], around: Around): C {
  const { send } = client as unknown as Sender;
  const wrapped = (command: { readonly input: Call["input"] }, ...rest: never[]) => {
    const name = command.constructor.name.replace(/Command$/, "");
    return around({ store, name, input: command.input }, () => send.call(client, command as never, ...rest));
  };
  return Object.create(client, { send: { value: wrapped } });
}

const running = new AsyncLocalStorage<Instance>();
const socketOf = (client: Client): Socket =>
  (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream;

type Method = (this: Client, ...args: unknown[]) => Promise<unknown>;
const methods = Client.prototype as unknown as Record<"connect" | "query" | "end", Method>;
const { connect, query, end } = methods;

methods.connect = function (...args) {
  const instance = running.getStore();
  if (instance === undefined) return connect.apply(this, args);
  instance.adopt(this);
  return instance.call({ store: "postgres", name: "connect", input: {} }, () => connect.apply(this, args));
};
methods.query = function (...args) {
  const instance = running.getStore();
  if (instance === undefined) return query.apply(this, args);
  const call = { store: "postgres", name: "query", input: { text: args[0] } } as const;
  return instance.call(call, () => query.apply(this, args));
};
methods.end = function (...args) {
  return running.getStore()?.isDead === true ? Promise.resolve() : end.apply(this, args);
};
