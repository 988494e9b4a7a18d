import { INSTANT_RULE, parseInstant } from "../../lambdas/shared/instant";
import { RAW_PREFIX } from "../../stacks/data-stack";
import { CommandError } from "../failure";

/** What the user typed; each may be left out by mistake. */
export interface ReplayArguments {
  readonly prefix?: string;
  readonly from?: string;
  readonly to?: string;
  readonly after?: string;
}

/** Which raw objects are sent again. */
export interface ReplayWindow {
  readonly prefix: string;
  /** Milliseconds since 1970; an object that was changed then is in. */
  readonly from: number;
  /** Milliseconds since 1970; an object that was changed then is out. */
  readonly to: number;
  /** Key of the last object that an earlier run has sent. */
  readonly after?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads the arguments of a replay. A day begins at midnight UTC, so `--from 2026-03-01 --to 2026-03-02` is one day.
 *
 * @throws CommandError with all that is wrong
 */
export function windowOf({ prefix, from, to, after }: ReplayArguments): ReplayWindow {
  const problems: string[] = [];
  const problem = (option: string, rule: string, got: string | undefined) =>
    problems.push(`--${option} ${rule}, got ${got === undefined || got === "" ? "nothing" : got}`);
  const instant = (option: string, text: string | undefined) => {
    const time = text === undefined ? undefined : parseTime(text);
    if (time === undefined) problem(option, `must be a day like 2026-03-01, or ${TIME_RULE}`, text);
    return time;
  };
  if (prefix === undefined || !prefix.startsWith(RAW_PREFIX)) {
    problem("prefix", `must begin with ${RAW_PREFIX}, as ${RAW_PREFIX}collector-1/`, prefix);
  }
  const [begin, end] = [instant("from", from), instant("to", to)];
  if (begin !== undefined && end !== undefined && begin >= end) {
    problem("from", `must be before --to ${to}, which is not part of it`, from);
  }
  if (after !== undefined && !after.startsWith(prefix ?? "")) {
    problem("after", `must be a key below --prefix ${prefix}`, after);
  }
  if (problems.length > 0 || prefix === undefined || begin === undefined || end === undefined) {
    throw new CommandError({
      message: problems.join("\n"),
      next: `npx groundplan replay local --prefix ${RAW_PREFIX} --from 2026-03-01 --to 2026-03-02`,
    });
  }
  return { prefix, from: begin, to: end, ...(after === undefined ? {} : { after }) };
}

const TIME_RULE = INSTANT_RULE.replace(/^must be /, "").replace(/"/g, "");

function parseTime(text: string): number | undefined {
  const micros = parseInstant(DAY.test(text) ? `${text}T00:00:00Z` : text);
  return micros === undefined ? undefined : micros / 1000;
}
