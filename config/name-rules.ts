/**
 * A rule of AWS for one kind of name: its greatest length, its characters, and the page that says so.
 *
 * The least length is left out: with project, environment and part, a name is never too short.
 */
export interface NameRule {
  /** What is named, as in "bucket". */
  readonly kind: string;
  readonly maxLength: number;
  /** The whole name must match. */
  readonly characters: RegExp;
  /** `characters` in words. */
  readonly admits: string;
  /** Beginnings that AWS keeps for itself. */
  readonly reserved?: RegExp;
  /** The page of AWS with the rule. */
  readonly source: string;
}

const WORD = { characters: /^[A-Za-z0-9_-]*$/, admits: "letters, digits, hyphens and underscores" } as const;

/** The rules of the names that the platform makes. Lengths are of characters, all of them ASCII. */
export const NAME_RULES = {
  bucket: {
    kind: "bucket",
    maxLength: 63,
    characters: /^[a-z0-9][a-z0-9-]*$/,
    admits: "a-z, 0-9 and hyphens, and must begin with a letter or digit",
    reserved: /^(xn--|sthree-|amzn-s3-demo-)/,
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
  },
  table: {
    kind: "table",
    maxLength: 255,
    characters: /^[A-Za-z0-9_.-]*$/,
    admits: "letters, digits, underscores, hyphens and dots",
    source:
      "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html",
  },
  function: {
    ...WORD,
    kind: "function",
    maxLength: 64,
    source: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
  },
  role: {
    kind: "role",
    maxLength: 64,
    characters: /^[\w+=,.@-]*$/,
    admits: "letters, digits and _ + = , . @ -",
    source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
  },
  policy: {
    kind: "policy",
    maxLength: 128,
    characters: /^[\w+=,.@-]*$/,
    admits: "letters, digits and _ + = , . @ -",
    source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html",
  },
  queue: {
    ...WORD,
    kind: "queue",
    maxLength: 80,
    source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html",
  },
  topic: {
    ...WORD,
    kind: "topic",
    maxLength: 256,
    source: "https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html",
  },
  cluster: {
    kind: "database cluster",
    maxLength: 63,
    characters: /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/,
    admits: "a-z, 0-9 and single hyphens, and must begin with a letter",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html",
  },
  databaseUser: {
    kind: "database user",
    maxLength: 63,
    characters: /^[a-z_][a-z0-9_]*$/,
    admits: "a-z, 0-9 and underscores, and must begin with a letter",
    source: "https://www.postgresql.org/docs/16/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS",
  },
  repository: {
    kind: "repository",
    maxLength: 256,
    characters: /^[a-z0-9]+([._-][a-z0-9]+)*$/,
    admits: "a-z, 0-9 and single . _ -, and must begin and end with a letter or digit",
    source: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html",
  },
  container: {
    ...WORD,
    kind: "ECS cluster, service or task",
    maxLength: 255,
    source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
  },
  balancer: {
    kind: "load balancer",
    maxLength: 32,
    characters: /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/,
    admits: "letters, digits and hyphens, and must begin and end with a letter or digit",
    reserved: /^internal-/,
    source:
      "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
  },
  catalogue: {
    kind: "Glue database",
    maxLength: 252,
    characters: /^[a-z0-9_]*$/,
    admits: "a-z, 0-9 and underscores",
    source: "https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html",
  },
  workgroup: {
    kind: "workgroup",
    maxLength: 128,
    characters: /^[a-zA-Z0-9._-]*$/,
    admits: "letters, digits and . _ -",
    source: "https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html",
  },
  alias: {
    kind: "key alias",
    maxLength: 256,
    characters: /^alias\/[A-Za-z0-9/_-]+$/,
    admits: "letters, digits, slashes, underscores and hyphens",
    reserved: /^alias\/aws\//,
    source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
  },
  parameter: {
    kind: "parameter",
    // 1011 characters, with the ARN that stands before the name: at most 66 of them.
    maxLength: 945,
    characters: /^[A-Za-z0-9_./-]*$/,
    admits: "letters, digits and _ . - /",
    reserved: /^\/?(aws|ssm)/i,
    source: "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html",
  },
  key: {
    kind: "state key",
    maxLength: 1024,
    characters: /^[A-Za-z0-9!_.*'()/-]*$/,
    admits: "letters, digits and ! _ . * ' ( ) - /",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html",
  },
} as const satisfies Record<string, NameRule>;

/** What is wrong with a name by a rule, as the end of a sentence, and by how many characters it is too long. */
export interface Breach {
  readonly text: string;
  readonly excess: number;
}

/** The first thing that is wrong with `name` by `rule`, or undefined when nothing is. */
export function breachOf(name: string, rule: NameRule): Breach | undefined {
  const { maxLength, characters, admits, reserved } = rule;
  if (!characters.test(name)) return { text: `may hold only ${admits}`, excess: 0 };
  if (reserved?.test(name)) return { text: "begins with a word that AWS keeps for itself", excess: 0 };
  if (name.length <= maxLength) return undefined;
  return {
    text: `has ${name.length} characters, ${maxLength} are admitted`,
    excess: name.length - maxLength,
  };
}
