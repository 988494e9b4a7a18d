import { coloursFor } from "./colours";
import type { DestroyResult } from "./down";
import { CommandError } from "./failure";
import type { SendResult } from "./send";
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

/** How the user would type another command for the same environment. */
export type Again = (command: string) => string;

/** What `up` shows in the end: the figures, and what to do next. */
export function upText({ changed, shops }: UpResult, again: Again): string {
  const colours = coloursFor(process.stdout);
  return [
    changed ? "" : `\n${colours.bold("Nothing changed")}: the infrastructure is as the code says.\n`,
    shopTable(shops),
    "",
    "Next:",
    ...nextSteps([
      [again("status"), "figures and queues"],
      [again("send <file>"), "your own events (NDJSON)"],
      [again("down"), "stop; data is kept"],
    ]),
  ].join("\n");
}

/** What `send` shows in the end: how much has arrived, and where the rest is. */
export function sendText({ sent, arrived }: SendResult, again: Again): string {
  if (arrived === undefined) return `Sent as ${sent.key}\n${again("status")} shows when it has arrived.`;
  const { good, in: all } = arrived.lines;
  const said = `${grouped(good)} of ${grouped(all)} lines are in the stores.`;
  return arrived.rejected === null ? said : `${said} The others, with reasons:\n${arrived.rejected}`;
}

/** What `destroy` shows in the end. */
export function destroyText({ environment, stacks }: DestroyResult): string {
  const destroyed = Object.values(stacks).some(({ remove }) => remove > 0);
  return destroyed ? `All stacks of ${environment} are destroyed.` : `${environment} had nothing to destroy.`;
}

/** What `status` shows. */
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
  const colours = coloursFor(process.stdout);
  const width = Math.max(...steps.map(([command]) => command.length));
  return steps.map(([command, purpose]) => `  ${command.padEnd(width)}  ${colours.dim(purpose)}`);
}

/** A number of seconds from the command line. */
export function secondsOf(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400) return seconds;
  throw new CommandError({
    message: `--timeout must be 1 to 86400 seconds, got ${text === "" ? '""' : text}`,
  });
}
