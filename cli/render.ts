import pc from "picocolors";
import { CommandError } from "./failure";
import type { StatusResult } from "./status";
import { type Column, grouped, table } from "./table";
import type { UpResult } from "./up";

const SHOP_COLUMNS: readonly Column[] = [
  { title: "shop", align: "left" },
  { title: "orders", align: "right" },
  { title: "quantity", align: "right" },
  { title: "amount", align: "right" },
  { title: "", align: "left" },
];

const STAGE_COLUMNS: readonly Column[] = [
  { title: "stage", align: "left" },
  { title: "waiting", align: "right" },
  { title: "in flight", align: "right" },
  { title: "dead letters", align: "right" },
];

/** What `up` shows in the end: the figures, and what to do next. */
export function upText({ environment, changed, shops }: UpResult, flag: string): string {
  const target = `${environment}${flag}`;
  return [
    changed ? "" : `\n${pc.bold("Nothing changed")}: the infrastructure is as the code says.\n`,
    shopTable(shops),
    "",
    "Next:",
    ...nextSteps([
      [`npx groundplan status ${target}`, "what the stores hold, what waits"],
      [`npx groundplan send <file> ${target}`, "your own events (NDJSON)"],
      [`npx groundplan down ${target}`, "stop; data is kept"],
    ]),
  ].join("\n");
}

export function statusText({ environment, account, endpoint, shops, stages }: StatusResult): string {
  return [
    `${environment}: account ${account}${endpoint === undefined ? "" : `, embedded AWS on ${endpoint}`}`,
    "",
    shops.length > 0 ? shopTable(shops) : "No orders yet.",
    "",
    table(
      STAGE_COLUMNS,
      stages.map(({ stage, waiting, inFlight, deadLetters }) =>
        [stage, waiting, inFlight, deadLetters].map(grouped),
      ),
    ),
  ].join("\n");
}

function shopTable(shops: UpResult["shops"]): string {
  return table(
    SHOP_COLUMNS,
    shops.map(({ shopId, orders, quantity, amount, currency }) => [
      shopId,
      grouped(orders),
      grouped(quantity),
      grouped(amount),
      currency ?? "",
    ]),
  );
}

function nextSteps(steps: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...steps.map(([command]) => command.length));
  return steps.map(([command, purpose]) => `  ${command.padEnd(width)}  ${pc.dim(purpose)}`);
}

/** A number of seconds from the command line. */
export function secondsOf(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400) return seconds;
  throw new CommandError({ message: `--timeout must be 1 to 86400 seconds, got ${text}` });
}
