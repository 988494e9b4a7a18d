import type * as z from "zod";
import type { Mistake } from "./config-error";
import { nearest } from "./nearest";
import type { YamlFile } from "./parse-yaml";
import { knownKeys } from "./schema";

type Issue = z.core.$ZodIssue;

/** Says what the schema found in the words, and at the lines, of the file; in the order of its lines. */
export function mistakesOf(issues: readonly Issue[], yaml: YamlFile, file: string): Mistake[] {
  const mistakes = issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return unknownKeys(issue, yaml, file);
    if (issue.code === "invalid_key") return wrongName(issue, yaml, file);
    return [wrongValue(issue, yaml, file)];
  });
  const distinct = new Map(mistakes.map((mistake) => [`${mistake.path} ${mistake.rule}`, mistake]));
  return [...distinct.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, yaml: YamlFile, file: string): Mistake[] {
  const known = knownKeys(issue.path);
  return issue.keys.map((key) => {
    const path = [...issue.path, key];
    const near = nearest(key, known);
    const hint = near === undefined ? `known here: ${known.join(", ")}` : `did you mean ${near}?`;
    return { file, line: yaml.lineOf(path), path: dotted(path), rule: `is not a known key; ${hint}` };
  });
}

/** A key that may be chosen freely, but not so. */
function wrongName(issue: z.core.$ZodIssueInvalidKey, yaml: YamlFile, file: string): Mistake[] {
  const place = { file, line: yaml.lineOf(issue.path), path: dotted(issue.path) };
  return issue.issues.map(({ message }) => ({ ...place, rule: message }));
}

function wrongValue(issue: Issue, yaml: YamlFile, file: string): Mistake {
  const place = { file, line: yaml.lineOf(issue.path), path: dotted(issue.path) };
  if (issue.code === "custom") return { ...place, rule: issue.message };
  if (issue.input === undefined) return { ...place, rule: `is required: ${issue.message}` };
  return { ...place, rule: issue.message, value: shown(issue.input, yaml.sourceOf(issue.path)) };
}

/** A value as the file has it: text in quotes, a number with its leading zeros, a collection by its kind. */
function shown(value: unknown, source: string | undefined): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) return "a list";
  if (value === null) return "nothing";
  return typeof value === "object" ? "a map" : (source ?? String(value));
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}
