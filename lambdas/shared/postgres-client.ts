import { Client, escapeIdentifier } from "pg";
import { isLost, stageError } from "./postgres-errors";
import { isLoopback, type PostgresAddress } from "./postgres-login";

/** Seconds; each bounds one wait, so that a function never ends by its own time-out for want of an answer. */
const SECONDS = { connect: 10, lock: 20, statement: 60, idleInTransaction: 60 } as const;
/** Longer than the statement's own time-out, by so many seconds, the answer is waited for: the server may be gone. */
const ANSWER_SECONDS = 5;

/** What is asked inside a session. */
export interface Session {
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A database, over one connection at a time. */
export interface Database extends Session {
  /** One transaction: committed when `work` ends, undone when it throws. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

export interface PostgresProps extends PostgresAddress {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Asked at each connect. */
  readonly password: (address: PostgresAddress) => Promise<string>;
  /** Seconds that one statement may take, waits for locks included. @default 60, of which 20 for a lock */
  readonly statementSeconds?: number;
}

/** A name as a part of SQL. */
export const identifier = (name: string): string => escapeIdentifier(name);

/**
 * One connection to PostgreSQL, opened when first needed, kept over the calls of a function, and made anew after it was
 * lost. Not for two callers at the same time. Every error is one of ./errors: see `stageError`.
 */
export class Postgres implements Database {
  private client: Client | undefined;

  constructor(private readonly props: PostgresProps) {}

  async query<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.ask<Row>(await this.connected(), text, values);
  }

  /** All of it happens on one connection: when that is lost, the rest fails. */
  async transaction<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const client = await this.begun();
    try {
      const result = await work({ query: (text, values = []) => this.ask(client, text, values) });
      await this.ask(client, "COMMIT");
      return result;
    } catch (error) {
      // A connection that cannot undo is closed: then the server does.
      if (this.client === client) await this.ask(client, "ROLLBACK").catch(() => this.drop(client));
      throw error;
    }
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  /** A connection that was lost between two calls shows only now: nothing has happened on it, so it is made anew. */
  private async begun(): Promise<Client> {
    const kept = this.client;
    const client = await this.connected();
    try {
      await this.ask(client, "BEGIN");
      return client;
    } catch (error) {
      if (client !== kept || this.client === client) throw error;
      const fresh = await this.connected();
      await this.ask(fresh, "BEGIN");
      return fresh;
    }
  }

  private async ask<Row>(client: Client, text: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await client.query(text, [...values])).rows as Row[];
    } catch (error) {
      if (isLost(error)) this.drop(client);
      throw stageError(error, this.props);
    }
  }

  private drop(client: Client): void {
    if (this.client === client) this.client = undefined;
    // Not waited for: a dead server does not say goodbye.
    client.end().catch(() => undefined);
  }

  private async connected(): Promise<Client> {
    if (this.client !== undefined) return this.client;
    const { host, port, database, user, applicationName, password, statementSeconds } = this.props;
    const statement = statementSeconds ?? SECONDS.statement;
    const client = new Client({
      host,
      port,
      database,
      user,
      password: await password(this.props),
      // Verified against the certificates that Node.js knows (NODE_EXTRA_CA_CERTS adds those of RDS).
      ssl: isLoopback(host) ? false : { rejectUnauthorized: true },
      application_name: applicationName,
      keepAlive: true,
      connectionTimeoutMillis: SECONDS.connect * 1000,
      lock_timeout: (statementSeconds ?? SECONDS.lock) * 1000,
      statement_timeout: statement * 1000,
      query_timeout: (statement + ANSWER_SECONDS) * 1000,
      // What a function has locked that was killed or frozen is free again after this time.
      idle_in_transaction_session_timeout: SECONDS.idleInTransaction * 1000,
    });
    client.on("error", () => this.drop(client));
    try {
      await client.connect();
    } catch (error) {
      this.drop(client);
      throw stageError(error, this.props);
    }
    this.client = client;
    return client;
  }
}
