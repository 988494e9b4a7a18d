import type { DashboardStatus } from "../local/dashboard";
import { coloursFor } from "./colours";
import type { DestroyResult } from "./down";
import { CommandError } from "./failure";
import type { Recommended } from "./recommend";
import type { SendResult } from "./send";
import type { StageQueue } from "./stage-queues";
import type { StatusResult } from "./status";
import { storesText } from "./stores/text";
import { type Column, grouped, table } from "./table";
import type { UpResult } from "./up";

const STAGE_COLUMNS: readonly Column[] = [
  { title: "stage", align: "left" },
  { title: "waiting", align: "right" },
  { title: "in flight", align: "right" },
  { title: "dead letters", align: "right" },
];

/** How the user would type another command for the same environment. */
export type Again = (command: string) => string;

/** What `up` shows in the end: what the stores hold, and what to do next. */
export function upText(result: UpResult, again: Again): string {
  const colours = coloursFor(process.stdout);
  const { changed, agree, dashboard } = result;
  return [
    changed ? "" : `\n${colours.bold("Nothing changed")}: the infrastructure is as the code says.\n`,
    storesText(result),
    ...(agree ? ["", colours.green("All three stores agree.")] : []),
    ...(result.recommended === undefined ? [] : ["", recommendedText(result.recommended)]),
    ...(dashboard === undefined ? [] : ["", `Dashboard: ${colours.bold(dashboard.address)}`]),
    "",
    "Next:",
    ...nextSteps([
      [again("status"), "stores and queues"],
      [again("send <file>"), "your own events (NDJSON)"],
      [again("down"), "stop; data is kept"],
    ]),
  ].join("\n");
}

const STORY_COLUMNS: readonly Column[] = [
  { title: "story", align: "left" },
  { title: "show beside it", align: "left" },
];
/** Of a line of 80 columns. */
const SHOWN_PRODUCTS = 2;

/** Products beside some stories, and whether they are better than the most popular ones. */
function recommendedText({ trained, stories }: Recommended): string {
  const rows = stories.map(({ contentId, products }) => [
    contentId,
    `${products.slice(0, SHOWN_PRODUCTS).join(", ")}, …`,
  ]);
  if (trained === undefined) return table(STORY_COLUMNS, rows);
  const { als, popularity, k } = trained;
  const said = `precision@${k} on later days: ${figure(als.precision)}, by popularity ${figure(popularity.precision)}`;
  return `${table(STORY_COLUMNS, rows)}\n\n${said}`;
}

const figure = (value: number | null) => (value === null ? "unknown" : value.toFixed(3));

/** What `send` shows in the end: how much has arrived, and where the rest is. */
export function sendText({ sent, arrived }: SendResult, again: Again): string {
  if (arrived === undefined) return `Sent as ${sent.key}\n${again("status")} shows when it has arrived.`;
  const { good, in: all } = arrived.lines;
  const said = `${grouped(good)} of ${grouped(all)} lines are in all stores.`;
  return arrived.rejected === null ? said : `${said} The others, with reasons:\n${arrived.rejected}`;
}

/** What `destroy` shows in the end. */
export function destroyText({ environment, stacks }: DestroyResult): string {
  const destroyed = Object.values(stacks).some(({ remove }) => remove > 0);
  return destroyed ? `All stacks of ${environment} are destroyed.` : `${environment} had nothing to destroy.`;
}

/** What `status` shows. */
export function statusText(result: StatusResult, again: Again): string {
  const { environment, account, endpoint, agree, differences, stages } = result;
  const work = stages.some((queue) => !("missing" in queue) && queue.waiting + queue.inFlight > 0);
  const dead = stages.some((queue) => !("missing" in queue) && queue.deadLetters > 0);
  return [
    `${environment}: account ${account}${endpoint === undefined ? "" : `, embedded AWS on ${endpoint}`}`,
    "",
    storesText(result),
    ...(agree && result.totals.length > 0 ? ["", "All three stores agree."] : []),
    ...(differences.length > 0 && work ? ["", "Messages are on their way: they may agree in a moment."] : []),
    "",
    stageTable(stages),
    ...(result.dashboard === undefined ? [] : ["", dashboardText(result.dashboard, again)]),
    ...(dead ? ["", `${again("dead-letters")} says why.`] : []),
  ].join("\n");
}

function dashboardText({ running, address }: DashboardStatus, again: Again): string {
  return running ? `Dashboard: ${address}` : `The dashboard does not run: ${again("up")} starts it.`;
}

function stageTable(stages: readonly StageQueue[]): string {
  const rows = stages.map((queue) =>
    "missing" in queue
      ? [queue.stage, "-", "-", "-"]
      : [queue.stage, ...[queue.waiting, queue.inFlight, queue.deadLetters].map(grouped)],
  );
  const missing = stages.flatMap((queue) => ("missing" in queue ? [queue.missing] : []));
  const said = missing.length === 0 ? [] : ["", `Not deployed: ${missing.join(", ")}`];
  return [table(STAGE_COLUMNS, rows), ...said].join("\n");
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
