import type { Again } from "../render";
import { grouped, table } from "../table";
import type { RunJobResult } from "./run-job";

/** How a job went, and what it says of its run. */
export function runJobText(result: RunJobResult, again: Again): string {
  const { job, outcome, seconds } = result;
  const follow = "run" in result ? `${again("run-job")} ${job} --follow ${result.run}` : "";
  if ("run" in result && outcome === "started")
    return `${job} is started as ${result.run}.\n${follow} follows it.`;
  const said = [`${job} succeeded in ${grouped(seconds ?? 0)} s`, ...filesText(result)].join(": ");
  if ("printed" in result && result.printed !== undefined) return `${said}.\n\n${result.printed}`;
  const rows = result.result === undefined ? [] : leaves(result.result);
  if (rows.length > 0) return `${said}.\n\n${table(COLUMNS, rows)}`;
  return `${said}.\n${follow} shows what it says of its run, once its log is there.`;
}

const COLUMNS = [
  { title: "the job says", align: "left" },
  { title: "", align: "left" },
] as const;

function filesText(result: RunJobResult): string[] {
  if (!("files" in result)) return [];
  const { read, written, deleted } = result.files;
  return [`${grouped(read)} files read, ${grouped(written)} written, ${grouped(deleted)} deleted`];
}

/** `{ "a": { "b": 1 } }` → `a.b`, `1`. */
function leaves(value: Readonly<Record<string, unknown>>, before = ""): string[][] {
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? leaves(inner as Record<string, unknown>, `${before}${name}.`)
      : [[`${before}${name}`, typeof inner === "string" ? inner : JSON.stringify(inner)]],
  );
}
