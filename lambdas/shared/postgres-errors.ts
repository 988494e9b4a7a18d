import { PermanentError, TransientError } from "./errors";
import type { PostgresAddress } from "./postgres-login";

/** What PostgreSQL says beside the message; https://www.postgresql.org/docs/16/errcodes-appendix.html */
interface Refusal {
  readonly code?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/** Codes after which the connection is of no use: connection exception, idle too long, too many connections, shutdown. */
const LOST = /^(?:08...|25P03|53300|57P0[1-5])$/;
/** Codes of data that break a rule: data exception, integrity violation. */
const BROKEN = /^(?:22|23)...$/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** The SQLSTATE of an error that PostgreSQL gave; undefined for any other. */
export function sqlState(error: unknown): string | undefined {
  const { code } = Object(error) as Refusal;
  return typeof code === "string" && SQLSTATE.test(code) ? code : undefined;
}

/** Whether the connection that gave this error must be made anew: also when it is not PostgreSQL that speaks. */
export function isLost(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || LOST.test(state);
}

/**
 * The error of a stage for one of the database. Data that break a rule are permanent, and their message, which may quote
 * them, is left out. Everything else is worth another try: lost connections, deadlocks (40P01), serialization
 * (40001), time-outs, a migration that has not run yet.
 */
export function stageError(error: unknown, { host, port, database }: PostgresAddress): Error {
  const where = `postgres ${host}:${port}/${database}`;
  const state = sqlState(error);
  if (state !== undefined && BROKEN.test(state)) {
    const { table, column, constraint } = Object(error) as Refusal;
    const what = [table, column, constraint].filter((part) => part !== undefined).join(" ");
    return new PermanentError(`${where}: refuses the data with ${state}${what === "" ? "" : ` at ${what}`}`);
  }
  const { message = String(error) } = Object(error) as { message?: string };
  const said = state === undefined ? message : `${state} ${message}`;
  return new TransientError(`${where}: ${said}: it is tried again`, { cause: error });
}
