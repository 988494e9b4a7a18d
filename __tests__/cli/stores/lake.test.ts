import { AthenaClient } from "@aws-sdk/client-athena";
import type { Clients } from "../../../cli/clients";
import { lakeTotals, totalsSql } from "../../../cli/stores/lake";
import { rowTotals } from "../../../cli/stores/rows";
import { readingOf } from "../../../cli/stores/store";
import { loadConfig } from "../../../config/load";

const config = loadConfig("dev");
const HEADINGS = ["shop", "currency", "type", "events", "quantity", "amount"];

/** An Athena whose queries end in `state`, with these rows. */
function athena(state: string, rows: (string | undefined)[][] = [], reason = ""): Pick<Clients, "athena"> {
  const client = new AthenaClient({ region: "eu-central-1" });
  const answers: Record<string, unknown> = {
    StartQueryExecutionCommand: { QueryExecutionId: "q1" },
    GetQueryExecutionCommand: { QueryExecution: { Status: { State: state, StateChangeReason: reason } } },
    GetQueryResultsCommand: {
      ResultSet: {
        Rows: [HEADINGS, ...rows].map((row) => ({ Data: row.map((VarCharValue) => ({ VarCharValue })) })),
      },
    },
  };
  jest.spyOn(client, "send").mockImplementation((command) => answers[command.constructor.name] as never);
  return { athena: async () => client };
}

test("asks for the shops by name, quotes in them doubled", () => {
  expect(totalsSql("events", ["a", "b'c"])).toContain(`FROM "events" WHERE shop IN ('a', 'b''c')\n`);
});

test("adds the lake up as figures are added up", async () => {
  const rows = [
    ["a", "EUR", "purchase", "2", "4", "20.2000"],
    ["a", "USD", "purchase", "1", "1", "5.0000"],
    ["a", undefined, "view", "7", undefined, undefined],
    ["a", "EUR", "add_to_cart", "3", "3", "1.0000"],
  ];
  expect(await lakeTotals(config, athena("SUCCEEDED", rows), ["a"])).toEqual([
    {
      shopId: "a",
      currency: "EUR",
      orders: 2,
      quantity: 4,
      amount: "20.20",
      views: 7,
      clicks: 0,
      addToCarts: 3,
    },
    {
      shopId: "a",
      currency: "USD",
      orders: 1,
      quantity: 1,
      amount: "5.00",
      views: 0,
      clicks: 0,
      addToCarts: 0,
    },
  ]);
});

test("does not ask where there is no shop", async () => {
  expect(await lakeTotals(config, {} as Pick<Clients, "athena">, [])).toEqual([]);
});

test.each([
  ["FAILED", "TABLE_NOT_FOUND: Table events does not exist", "deploy dev (see the README)"],
  ["CANCELLED", "by hand", undefined],
])("says why a query ended as %s", async (state, reason, next) => {
  const reading = await readingOf(() => lakeTotals(config, athena(state, [], reason), ["a"]));
  expect(reading).toEqual({
    unreachable: `the query q1 ${state.toLowerCase()}: ${reason}`,
    ...(next === undefined ? {} : { next }),
  });
});

describe("rows", () => {
  const lambda = (answer: object | Error) =>
    ({
      lambda: async () => ({
        send: async () => {
          if (answer instanceof Error) throw answer;
          return answer;
        },
      }),
    }) as unknown as Pick<Clients, "lambda">;
  const payload = (value: unknown) => Buffer.from(JSON.stringify(value));

  test("are what the function answers", async () => {
    expect(await rowTotals(config, lambda({ Payload: payload([{ shopId: "a" }]) }))).toEqual([
      { shopId: "a" },
    ]);
  });

  test("say why the function failed, or that it is not there", async () => {
    const failed = {
      FunctionError: "Unhandled",
      Payload: payload({ errorType: "Error", errorMessage: "no" }),
    };
    expect(await readingOf(() => rowTotals(config, lambda(failed)))).toEqual({
      unreachable: "the function atlas-dev-totals failed: Error: no",
      next: "its log /aws/lambda/atlas-dev-totals says more",
    });
    const missing = Object.assign(new Error("no"), { name: "ResourceNotFoundException" });
    expect(await readingOf(() => rowTotals(config, lambda(missing)))).toEqual({
      unreachable: "the function atlas-dev-totals, which reads them, is not there",
      next: "deploy dev (see the README)",
    });
  });
});
