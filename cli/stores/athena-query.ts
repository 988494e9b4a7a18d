import type { AthenaClient } from "@aws-sdk/client-athena";
import { StoreError } from "./store";

/** Longest query, then it is stopped. */
const QUERY_SECONDS = 60;
/** Pauses between two looks at a query, in milliseconds. */
const PAUSES = { first: 100, longest: 1000 } as const;

export interface AthenaQuery {
  readonly workgroup: string;
  readonly database: string;
  readonly sql: string;
}

/**
 * Runs a query to its end.
 *
 * @returns its rows, without that of the headings; undefined stands for NULL
 * @throws StoreError when it fails, or takes more than a minute
 */
export async function rowsOf(
  athena: AthenaClient,
  { workgroup, database, sql }: AthenaQuery,
): Promise<(string | undefined)[][]> {
  const { StartQueryExecutionCommand, paginateGetQueryResults } = await import("@aws-sdk/client-athena");
  const { QueryExecutionId = "" } = await athena.send(
    new StartQueryExecutionCommand({
      WorkGroup: workgroup,
      QueryExecutionContext: { Database: database },
      QueryString: sql,
    }),
  );
  await ended(athena, QueryExecutionId);
  const rows: (string | undefined)[][] = [];
  for await (const { ResultSet } of paginateGetQueryResults({ client: athena }, { QueryExecutionId })) {
    for (const { Data = [] } of ResultSet?.Rows ?? [])
      rows.push(Data.map(({ VarCharValue }) => VarCharValue));
  }
  return rows.slice(1);
}

async function ended(athena: AthenaClient, QueryExecutionId: string): Promise<void> {
  const { GetQueryExecutionCommand, StopQueryExecutionCommand } = await import("@aws-sdk/client-athena");
  const deadline = Date.now() + QUERY_SECONDS * 1000;
  for (let pause: number = PAUSES.first; ; pause = Math.min(pause * 2, PAUSES.longest)) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason = "" } = QueryExecution?.Status ?? {};
    if (State === "SUCCEEDED") return;
    if (State === "FAILED" || State === "CANCELLED") {
      throw new StoreError(`the query ${QueryExecutionId} ${State.toLowerCase()}: ${StateChangeReason}`);
    }
    if (Date.now() > deadline) {
      await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
      throw new StoreError(
        `the query ${QueryExecutionId} took longer than ${QUERY_SECONDS} s and was stopped`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
