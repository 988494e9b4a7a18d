import type { PlatformConfig } from "./load";
import { breachOf, NAME_RULES, type NameRule } from "./name-rules";

/** What a name is made of beside its part. */
export type NamingConfig = Pick<PlatformConfig, "project" | "environment" | "accountId" | "region">;

/** Every physical name of one environment: literal text, known before the first plan. */
export interface PlatformNames {
  readonly stateBucket: string;
  readonly rawBucket: string;
  readonly curatedBucket: string;
  readonly rejectedBucket: string;
  readonly figuresTable: string;
  readonly contributionsTable: string;
  /** Name of the network, and first word of the names of what belongs to it. */
  readonly network: string;
  /** Base name of the stage: function, role and queue are called so; see `deadLetterQueue` and `logGroup`. */
  readonly structure: string;
  /** Base name of the stage, as `structure`. */
  readonly load: string;
  /** Alias of the environment's key, with `alias/` before it. */
  readonly keyAlias: string;
  /** Name of the parameter that holds a stack's contract, `/<project>/<environment>/<stack>`. */
  parameter(stack: string): string;
  /** Key of a stack's state in the state bucket, `<project>/<environment>/<stack>.tfstate`. */
  stateKey(stack: string): string;
}

/** The queue behind a queue, or behind a stage of that base name. */
export const deadLetterQueue = (queue: string) => `${queue}-dead`;

/** The log group of a function; Lambda fixes its form. */
export const logGroup = (functionName: string) => `/aws/lambda/${functionName}`;

/**
 * Names that AWS would refuse: each with its rule, and what to shorten or change.
 *
 * All broken names of an environment are in one error.
 */
export class NamingError extends Error {
  override readonly name = "NamingError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/**
 * Every physical name of an environment. Pure: the same words make the same names.
 *
 * @throws NamingError when a name breaks a rule of AWS; `parameter` and `stateKey` throw it for their stack's name.
 */
export function namesFor(config: NamingConfig): PlatformNames {
  const { project, environment, accountId, region } = config;
  const base = (part: string) => `${project}-${environment}-${part}`;
  const bucket = (part: string) => `${base(part)}-${accountId}-${region}`;
  const parameter = (stack: string) => `/${project}/${environment}/${stack}`;
  const stateKey = (stack: string) => `${project}/${environment}/${stack}.tfstate`;

  const names = {
    stateBucket: bucket("state"),
    rawBucket: bucket("raw"),
    curatedBucket: bucket("curated"),
    rejectedBucket: bucket("rejected"),
    figuresTable: base("figures"),
    contributionsTable: base("contributions"),
    network: `${project}-${environment}`,
    structure: base("structure"),
    load: base("load"),
    keyAlias: `alias/${project}-${environment}`,
  } as const;

  const { stateBucket, rawBucket, curatedBucket, rejectedBucket, figuresTable, contributionsTable } = names;
  const checks: Check[] = [
    ...[stateBucket, rawBucket, curatedBucket, rejectedBucket].map((name) => ({
      name,
      rule: NAME_RULES.bucket,
    })),
    ...[figuresTable, contributionsTable].map((name) => ({ name, rule: NAME_RULES.table })),
    ...[names.structure, names.load].flatMap((name) => [
      { name, rule: NAME_RULES.function },
      { name, rule: NAME_RULES.role },
      { name: deadLetterQueue(name), rule: NAME_RULES.queue },
    ]),
    { name: names.keyAlias, rule: NAME_RULES.alias },
    { name: parameter(""), rule: NAME_RULES.parameter },
  ];
  refuseBroken(checks, { project, environment });

  return Object.freeze({
    ...names,
    parameter: (stack: string) => checkedStack(stack, parameter(stack), NAME_RULES.parameter),
    stateKey: (stack: string) => checkedStack(stack, stateKey(stack), NAME_RULES.key),
  });
}

interface Check {
  readonly name: string;
  readonly rule: NameRule;
}

/** The words of a name that its owner can choose, by what they are called. */
type Words = Readonly<Record<string, string>>;

function refuseBroken(checks: readonly Check[], words: Words): void {
  const problems = checks.flatMap(({ name, rule }) => {
    const breach = breachOf(name, rule);
    if (breach === undefined) return [];
    const cure = breach.excess > 0 ? shorten(words, breach.excess) : change(words, rule);
    return [`${rule.kind} name "${name}" ${breach.text} (${rule.source}): ${cure}`];
  });
  if (problems.length > 0) throw new NamingError(problems);
}

function checkedStack(stack: string, name: string, rule: NameRule): string {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(stack)) {
    throw new NamingError([`stack name must be kebab-case, as pipeline, got "${stack}"`]);
  }
  refuseBroken([{ name, rule }], { stack });
  return name;
}

/** Takes the excess from the longest word, and what that cannot give from the next. */
function shorten(words: Words, excess: number): string {
  let left = excess;
  const cuts: string[] = [];
  for (const [kind, word] of Object.entries(words).sort(([, a], [, b]) => b.length - a.length)) {
    const cut = Math.min(left, word.length - 1);
    if (cut > 0) cuts.push(`${kind} "${word}" by ${cut} ${cut === 1 ? "character" : "characters"}`);
    left -= cut;
  }
  return `shorten ${cuts.join(" and ")}`;
}

/** The words that hold a character which the rule does not admit, else all: one of them must change. */
function change(words: Words, rule: NameRule): string {
  const all = Object.entries(words);
  const prefix = rule === NAME_RULES.alias ? "alias/" : "";
  const wrong = all.filter(([, word]) => !rule.characters.test(`${prefix}${word}`));
  const named = (wrong.length > 0 ? wrong : all.slice(0, 1)).map(([kind, word]) => `${kind} "${word}"`);
  return `change ${named.join(" and ")}`;
}
