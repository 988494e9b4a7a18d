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
  /** Of the results of queries over the lake. */
  readonly queryBucket: string;
  /** Of the access logs of load balancers. */
  readonly logBucket: string;
  /** Of the files, logs and requests of Spark jobs. */
  readonly sparkBucket: string;
  readonly figuresTable: string;
  readonly contributionsTable: string;
  /** Of the products to show beside each story. */
  readonly recommendationsTable: string;
  /** The cluster that holds the rows. */
  readonly databaseCluster: string;
  /** The database in that cluster. */
  readonly database: string;
  /** User that brings rows; its name holds project and environment, because policies name it in every cluster of the account. */
  readonly databaseWriter: string;
  /** User that only reads rows. */
  readonly databaseReader: string;
  /** Database of the lake in the catalogue. */
  readonly lakeDatabase: string;
  /** Table of the events in it. */
  readonly lakeTable: string;
  /** Workgroup in which the lake is queried. */
  readonly lakeWorkgroup: string;
  /** Topic that tells every load stage of new manifests. */
  readonly manifestTopic: string;
  /** Topic that tells of new recommendations. */
  readonly recommendationTopic: string;
  /** Topic that tells of visitors who were erased. */
  readonly erasureTopic: string;
  /** Topic of all alarms. */
  readonly alarmTopic: string;
  /** Name of the network, and first word of the names of what belongs to it. */
  readonly network: string;
  /** Base name of the stage: function, role and queue are called so; see `deadLetterQueue` and `logGroup`. */
  readonly structure: string;
  /** Base names of the stages, one a store, as `structure`. */
  readonly loadFigures: string;
  readonly loadRows: string;
  readonly loadLake: string;
  /** Stage that brings recommendations to the backend's table. */
  readonly serveRecommendations: string;
  /** Stage that brings recommendations into the database. */
  readonly loadRecommendations: string;
  /** Stage that tells the other stages what was erased. */
  readonly followErasure: string;
  /** Function that brings the database's schema up to date. */
  readonly migrate: string;
  /** Function that adds up the rows of the database. */
  readonly totals: string;
  /** ECS cluster of all services. */
  readonly cluster: string;
  /** Base name of the dashboard: service, task, role and repository of images are called so. */
  readonly dashboard: string;
  /** State machine of the Spark jobs, their clusters, and first word of their roles. */
  readonly spark: string;
  /** The most that roles of the environment may do. */
  readonly boundary: string;
  /** Alias of the environment's key, with `alias/` before it. */
  readonly keyAlias: string;
  /** Load balancer of a service: a short name, which only those need that have one. */
  balancer(service: string): string;
  /** Role of a collector. */
  collectorRole(collector: string): string;
  /** Role by which a reader reads one store. */
  readerRole(reader: string, store: string): string;
  /** Name of the parameter that holds a stack's contract, `/<project>/<environment>/<stack>`. */
  parameter(stack: string): string;
  /** Key of a stack's state in the state bucket, `<project>/<environment>/<stack>.tfstate`. */
  stateKey(stack: string): string;
}

/** The Spark jobs, in the order in which they run; behind the name of the state machine they are names of roles. */
export const SPARK_JOBS = [
  "compact-curated",
  "aggregate-content",
  "train-recommendations",
  "erase-visitors",
] as const;

/** The queue behind a queue, or behind a stage of that base name. */
export const deadLetterQueue = (queue: string) => `${queue}-dead`;

/** The log group of a function; Lambda fixes its form. */
export const logGroup = (functionName: string) => `/aws/lambda/${functionName}`;

/** The log group of a task. */
export const taskLogGroup = (task: string) => `/ecs/${task}`;

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
  const word = (part: string) => base(part).replaceAll("-", "_");
  const bucket = (part: string) => `${base(part)}-${accountId}-${region}`;
  const parameter = (stack: string) => `/${project}/${environment}/${stack}`;
  const stateKey = (stack: string) => `${project}/${environment}/${stack}.tfstate`;

  const names = {
    stateBucket: bucket("state"),
    rawBucket: bucket("raw"),
    curatedBucket: bucket("curated"),
    rejectedBucket: bucket("rejected"),
    queryBucket: bucket("queries"),
    logBucket: bucket("logs"),
    sparkBucket: bucket("spark"),
    figuresTable: base("figures"),
    contributionsTable: base("contributions"),
    recommendationsTable: base("recommendations"),
    databaseCluster: base("rows"),
    database: "events",
    databaseWriter: word("writer"),
    databaseReader: word("reader"),
    lakeDatabase: word("lake"),
    lakeTable: "events",
    lakeWorkgroup: base("lake"),
    manifestTopic: base("manifests"),
    recommendationTopic: base("new-recommendations"),
    erasureTopic: base("erasures"),
    alarmTopic: base("alarms"),
    network: `${project}-${environment}`,
    structure: base("structure"),
    loadFigures: base("load-figures"),
    loadRows: base("load-rows"),
    loadLake: base("load-lake"),
    serveRecommendations: base("serve-recommendations"),
    loadRecommendations: base("load-recommendations"),
    followErasure: base("follow-erasure"),
    migrate: base("migrate"),
    totals: base("totals"),
    cluster: base("services"),
    dashboard: base("dashboard"),
    spark: base("spark"),
    boundary: base("boundary"),
    keyAlias: `alias/${project}-${environment}`,
  } as const;

  const { structure, loadFigures, loadRows, loadLake, migrate, totals } = names;
  const { serveRecommendations, loadRecommendations, followErasure } = names;
  const stages = [structure, loadFigures, loadRows, loadLake];
  const followers = [serveRecommendations, loadRecommendations, followErasure];
  const checks: Check[] = [
    ...ruled(NAME_RULES.bucket, [
      ...[names.stateBucket, names.rawBucket, names.curatedBucket, names.rejectedBucket, names.queryBucket],
      ...[names.logBucket, names.sparkBucket],
    ]),
    ...ruled(NAME_RULES.table, [names.figuresTable, names.contributionsTable, names.recommendationsTable]),
    ...[...stages, ...followers].flatMap((name) => [
      { name, rule: NAME_RULES.function },
      { name, rule: NAME_RULES.role },
      { name: deadLetterQueue(name), rule: NAME_RULES.queue },
    ]),
    ...[migrate, totals].flatMap((name) => [
      { name, rule: NAME_RULES.function },
      { name, rule: NAME_RULES.role },
    ]),
    ...ruled(NAME_RULES.container, [names.cluster, names.dashboard]),
    { name: names.dashboard, rule: NAME_RULES.repository },
    { name: `${names.dashboard}-execution`, rule: NAME_RULES.role },
    { name: names.databaseCluster, rule: NAME_RULES.cluster },
    ...ruled(NAME_RULES.databaseUser, [names.databaseWriter, names.databaseReader]),
    { name: names.lakeDatabase, rule: NAME_RULES.catalogue },
    { name: names.lakeWorkgroup, rule: NAME_RULES.workgroup },
    ...ruled(NAME_RULES.topic, [names.manifestTopic, names.recommendationTopic, names.erasureTopic]),
    ...ruled(NAME_RULES.topic, [names.alarmTopic]),
    ...SPARK_JOBS.map((job) => ({ name: `${names.spark}-${job}`, rule: NAME_RULES.role })),
    { name: names.boundary, rule: NAME_RULES.policy },
    { name: names.keyAlias, rule: NAME_RULES.alias },
    { name: parameter(""), rule: NAME_RULES.parameter },
  ];
  refuseBroken(checks, { project, environment });

  return Object.freeze({
    ...names,
    balancer: (service: string) => {
      const name = base(service);
      refuseBroken([{ name, rule: NAME_RULES.balancer }], { project, environment });
      return name;
    },
    collectorRole: (collector: string) =>
      checkedPart({ collector }, base(`collector-${collector}`), NAME_RULES.role),
    readerRole: (reader: string, store: string) =>
      checkedPart({ reader, store }, base(`${reader}-${store}`), NAME_RULES.role),
    parameter: (stack: string) => checkedPart({ stack }, parameter(stack), NAME_RULES.parameter),
    stateKey: (stack: string) => checkedPart({ stack }, stateKey(stack), NAME_RULES.key),
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

/** A name with words that are not known beforehand: a stack, a collector, a reader. */
function checkedPart(words: Words, name: string, rule: NameRule): string {
  for (const [kind, word] of Object.entries(words)) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(word)) {
      throw new NamingError([`${kind} name must be kebab-case, as pipeline, got "${word}"`]);
    }
  }
  refuseBroken([{ name, rule }], words);
  return name;
}

const ruled = (rule: NameRule, names: readonly string[]): Check[] => names.map((name) => ({ name, rule }));

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
