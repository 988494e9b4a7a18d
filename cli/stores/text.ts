import { type Column, grouped, table } from "../table";
import type { Agreement, Comparison, Difference } from "./compare";
import { STORES, type StoreName, type StoreReadings } from "./store";

/** Columns of a terminal, as far as they are asked for. */
const WIDTH = 80;
const SHORTEST_SHOP = 8;
/** Differences that are named; the others are counted. */
const SHOWN_DIFFERENCES = 10;

const COLUMNS: readonly Column[] = [
  { title: "shop", align: "left" },
  { title: "in", align: "left" },
  { title: "orders", align: "right" },
  { title: "quantity", align: "right" },
  { title: "amount", align: "right" },
  { title: "", align: "left" },
];

/** What the stores hold, side by side: a line where they agree, one for each opinion where they do not. */
export function storesText({ stores, totals, differences }: Comparison & { stores: StoreReadings }): string {
  const answered = STORES.filter((store) => "totals" in stores[store]);
  const parts = [
    totals.length > 0 ? totalsTable(totals, answered) : answered.length > 0 ? "No events yet." : "",
    differencesText(differences),
    unreachableText(stores),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function totalsTable(totals: readonly Agreement[], answered: readonly StoreName[]): string {
  const rows = totals.map(({ stores, total: { shopId, orders, quantity, amount, currency } }, index) => {
    const before = totals[index - 1]?.total;
    const isSame = before?.shopId === shopId && before.currency === currency;
    const said = stores.length === answered.length && stores.length > 1 ? allOf(stores) : stores.join(", ");
    return [isSame ? "" : shopId, said, ...[orders, quantity, amount].map(grouped), currency ?? ""];
  });
  const fixed = widthOf(rows.map(([, ...others]) => ["", ...others]));
  const room = Math.max(WIDTH - fixed, SHORTEST_SHOP);
  return table(
    COLUMNS,
    rows.map(([shop = "", ...others]) => [shortened(shop, room), ...others]),
  );
}

const allOf = (stores: readonly StoreName[]): string =>
  stores.length === STORES.length ? "all stores" : stores.join(", ");

/** Characters of the widest line beside the first column. */
function widthOf(rows: readonly (readonly string[])[]): number {
  const columns = COLUMNS.slice(1).map(({ title }, column) =>
    Math.max(title.length, ...rows.map((row) => row[column + 1]?.length ?? 0)),
  );
  return columns.reduce((sum, width) => sum + 2 + width, 0);
}

function differencesText(differences: readonly Difference[]): string {
  if (differences.length === 0) return "";
  const lines = differences.slice(0, SHOWN_DIFFERENCES).map(({ shopId, currency, measure, values }) => {
    const said = Object.entries(values).map(([store, value]) => `${store} ${grouped(value)}`);
    const what = [shortened(shopId, 20), currency, measure].filter((word) => word !== null).join(" ");
    return `  ${what}: ${said.join(", ")}`;
  });
  const more = differences.length - lines.length;
  return [
    "The stores differ:",
    ...lines,
    ...(more > 0 ? [`  and ${more} more (--json has all)`] : []),
    ...(differences.every(hasFewerRows) ? [REPEATED] : []),
  ].join("\n");
}

const REPEATED = "Rows hold an event once, the others once for each file that brings it.";

/** Whether only the rows differ, and are fewer: as they are where two files bring the same event. */
function hasFewerRows({ values: { figures, rows, lake } }: Difference): boolean {
  return figures !== undefined && figures === lake && Number(rows) < Number(figures);
}

function unreachableText(stores: StoreReadings): string {
  return STORES.flatMap((store) => {
    const reading = stores[store];
    if ("totals" in reading) return [];
    const next = reading.next === undefined ? [] : wrapped(`Next: ${reading.next}`, "    ");
    return [...wrapped(`${store} cannot be read: ${reading.unreachable}`, "  ", ""), ...next];
  }).join("\n");
}

/** Text in lines that a terminal shows whole, as far as its words are short enough. */
export function wrapped(text: string, indent: string, first = indent): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(/\s+/)) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** The begin of a text that is too long, with a sign that there is more. */
export function shortened(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
