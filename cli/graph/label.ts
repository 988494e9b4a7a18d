import type { EdgeLabel } from "./model";

/** A label as one line: `read, write events/`. */
export function textOf({ verbs, names }: EdgeLabel): string {
  return [verbs.join(", "), names.join(", ")].filter((words) => words !== "").join(" ");
}
