import {
  deadLetterQueue,
  logGroup,
  type NamingConfig,
  NamingError,
  namesFor,
  type PlatformNames,
  taskLogGroup,
} from "../../config/naming";

const DEV: NamingConfig = {
  project: "atlas",
  environment: "dev",
  accountId: "111111111111",
  region: "eu-central-1",
};

const BUCKETS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html";

/** All that is wrong with the names of a configuration. */
function problems(change: Partial<NamingConfig>): readonly string[] {
  try {
    namesFor({ ...DEV, ...change });
    return [];
  } catch (error) {
    if (error instanceof NamingError) return error.problems;
    throw error;
  }
}

/** The first problem of one kind of name. */
const problem = (kind: string, change: Partial<NamingConfig>) =>
  problems(change).find((text) => text.startsWith(`${kind} name`));

/** A project's name that makes `<project>-dev<rest>` as long as `length`. */
const projectFor = (length: number, rest: string) => "p".repeat(length - "-dev".length - rest.length);

test("makes every name of an environment", () => {
  const { parameter, stateKey, collectorRole, readerRole, balancer, ...names } = namesFor(DEV);
  expect(names).toEqual({
    stateBucket: "atlas-dev-state-111111111111-eu-central-1",
    rawBucket: "atlas-dev-raw-111111111111-eu-central-1",
    curatedBucket: "atlas-dev-curated-111111111111-eu-central-1",
    rejectedBucket: "atlas-dev-rejected-111111111111-eu-central-1",
    queryBucket: "atlas-dev-queries-111111111111-eu-central-1",
    logBucket: "atlas-dev-logs-111111111111-eu-central-1",
    sparkBucket: "atlas-dev-spark-111111111111-eu-central-1",
    figuresTable: "atlas-dev-figures",
    contributionsTable: "atlas-dev-contributions",
    recommendationsTable: "atlas-dev-recommendations",
    databaseCluster: "atlas-dev-rows",
    database: "events",
    databaseWriter: "atlas_dev_writer",
    databaseReader: "atlas_dev_reader",
    lakeDatabase: "atlas_dev_lake",
    lakeTable: "events",
    lakeWorkgroup: "atlas-dev-lake",
    manifestTopic: "atlas-dev-manifests",
    recommendationTopic: "atlas-dev-new-recommendations",
    erasureTopic: "atlas-dev-erasures",
    alarmTopic: "atlas-dev-alarms",
    network: "atlas-dev",
    structure: "atlas-dev-structure",
    loadFigures: "atlas-dev-load-figures",
    loadRows: "atlas-dev-load-rows",
    loadLake: "atlas-dev-load-lake",
    serveRecommendations: "atlas-dev-serve-recommendations",
    loadRecommendations: "atlas-dev-load-recommendations",
    followErasure: "atlas-dev-follow-erasure",
    migrate: "atlas-dev-migrate",
    totals: "atlas-dev-totals",
    cluster: "atlas-dev-services",
    dashboard: "atlas-dev-dashboard",
    spark: "atlas-dev-spark",
    boundary: "atlas-dev-boundary",
    keyAlias: "alias/atlas-dev",
  });
  expect(parameter("data")).toBe("/atlas/dev/data");
  expect(stateKey("data")).toBe("atlas/dev/data.tfstate");
  expect(balancer("dashboard")).toBe("atlas-dev-dashboard");
  expect(collectorRole("web")).toBe("atlas-dev-collector-web");
  expect(readerRole("analyst", "lake")).toBe("atlas-dev-analyst-lake");
});

test("derives what hangs on a stage's name", () => {
  expect(deadLetterQueue("atlas-dev-load")).toBe("atlas-dev-load-dead");
  expect(logGroup("atlas-dev-load")).toBe("/aws/lambda/atlas-dev-load");
  expect(taskLogGroup("atlas-dev-dashboard")).toBe("/ecs/atlas-dev-dashboard");
});

test("makes the same names of the same words, and none that can be changed", () => {
  const names = namesFor(DEV);
  expect(JSON.stringify(namesFor({ ...DEV }))).toBe(JSON.stringify(names));
  expect(Object.isFrozen(names)).toBe(true);
});

test("names of two environments never meet", () => {
  // The database and the lake's table lie inside of what bears the environment's name.
  const namesOf = ({ database, lakeTable, ...names }: PlatformNames) =>
    Object.values(names).filter((name) => typeof name === "string");
  const dev = namesOf(namesFor(DEV));
  const prod = namesOf(namesFor({ ...DEV, environment: "prod" }));
  expect(dev.filter((name) => prod.includes(name))).toEqual([]);
  expect(new Set(dev).size).toBe(dev.length);
});

describe("the longest name of AWS", () => {
  // kind, its limit, what stands after project and environment in the longest name of the kind
  test.each([
    ["bucket", 63, "-rejected-111111111111-eu-central-1"],
    ["table", 255, "-recommendations"],
    ["function", 64, "-serve-recommendations"],
    ["role", 64, "-spark-train-recommendations"],
    ["queue", 80, "-serve-recommendations-dead"],
    ["database cluster", 63, "-rows"],
    ["workgroup", 128, "-lake"],
    ["topic", 256, "-new-recommendations"],
    ["policy", 128, "-boundary"],
    ["ECS cluster, service or task", 255, "-dashboard"],
    ["repository", 256, "-dashboard"],
  ])("for a %s is admitted, and rejects one character more", (kind, limit, rest) => {
    expect(problem(kind, { project: projectFor(limit - 1, rest) })).toBeUndefined();
    expect(problem(kind, { project: projectFor(limit, rest) })).toBeUndefined();
    const project = projectFor(limit + 1, rest);
    expect(problem(kind, { project })).toMatch(
      `${kind} name "${project}-dev${rest}" has ${limit + 1} characters, ${limit} are admitted (https://docs.aws.amazon.com/`,
    );
  });

  test("for a load balancer is looked at where there is one", () => {
    const names = (length: number) => namesFor({ ...DEV, project: projectFor(length, "-dashboard") });
    expect(names(32).balancer("dashboard")).toHaveLength(32);
    expect(() => names(33).balancer("dashboard")).toThrow(
      `load balancer name "${names(33).dashboard}" has 33 characters, 32 are admitted (https://docs.aws.amazon.com/`,
    );
  });

  test("for a key alias is admitted, and rejects one character more", () => {
    const project = (length: number) => "p".repeat(length - "alias/-dev".length);
    expect(problem("key alias", { project: project(256) })).toBeUndefined();
    expect(problem("key alias", { project: project(257) })).toMatch(/has 257 characters, 256 are admitted/);
  });

  test("for a parameter is admitted, and rejects one character more", () => {
    const { parameter } = namesFor(DEV);
    const stack = (length: number) => "s".repeat(length - "/atlas/dev/".length);
    expect(parameter(stack(945))).toHaveLength(945);
    expect(() => parameter(stack(946))).toThrow(
      /has 946 characters, 945 are admitted .*: shorten stack "s+" by 1 character$/,
    );
  });

  test("for a state's key is admitted, and rejects one character more", () => {
    const { stateKey } = namesFor(DEV);
    const stack = (length: number) => "s".repeat(length - "atlas/dev/.tfstate".length);
    expect(stateKey(stack(1024))).toHaveLength(1024);
    expect(() => stateKey(stack(1025))).toThrow(
      /has 1025 characters, 1024 are admitted .*: shorten stack "s+" by 1 character$/,
    );
  });
});

describe("a name that is too long", () => {
  test("rejects with name, length, limit, source, and the longest word to shorten", () => {
    const project = "storefront-event";
    expect(problems({ project, environment: "playgrounds" })).toEqual([]);
    expect(problems({ project, environment: "playgrounds-2" })).toEqual([
      'bucket name "storefront-event-playgrounds-2-curated-111111111111-eu-central-1" has 64 characters, ' +
        `63 are admitted (${BUCKETS}): shorten project "storefront-event" by 1 character`,
      'bucket name "storefront-event-playgrounds-2-rejected-111111111111-eu-central-1" has 65 characters, ' +
        `63 are admitted (${BUCKETS}): shorten project "storefront-event" by 2 characters`,
      'bucket name "storefront-event-playgrounds-2-queries-111111111111-eu-central-1" has 64 characters, ' +
        `63 are admitted (${BUCKETS}): shorten project "storefront-event" by 1 character`,
    ]);
  });

  test("names the environment when that is longer", () => {
    expect(problem("bucket", { project: "a", environment: "e".repeat(40) })).toMatch(
      /: shorten environment "e{40}" by 11 characters$/,
    );
  });

  test("names both when one alone cannot give enough", () => {
    expect(problem("bucket", { project: "pp", environment: "eee", region: "r".repeat(39) })).toBe(
      `bucket name "pp-eee-state-111111111111-${"r".repeat(39)}" has 65 characters, 63 are admitted (${BUCKETS}): ` +
        'shorten environment "eee" by 2 characters',
    );
    expect(problem("bucket", { project: "pp", environment: "eee", region: "r".repeat(40) })).toMatch(
      /: shorten environment "eee" by 2 characters and project "pp" by 1 character$/,
    );
  });
});

describe("a name of the wrong characters", () => {
  test("rejects with the word that must change", () => {
    expect(problem("bucket", { project: "Atlas" })).toBe(
      'bucket name "Atlas-dev-state-111111111111-eu-central-1" may hold only a-z, 0-9 and hyphens, ' +
        `and must begin with a letter or digit (${BUCKETS}): change project "Atlas"`,
    );
    expect(problem("queue", { environment: "dev.2" })).toMatch(/: change environment "dev\.2"$/);
    expect(problem("key alias", { project: "a.b" })).toMatch(/: change project "a\.b"$/);
  });

  test.each(["sthree", "amzn-s3-demo"])("rejects a bucket that begins as those of AWS: %s", (project) => {
    expect(problem("bucket", { project })).toBe(
      `bucket name "${project}-dev-state-111111111111-eu-central-1" begins with a word that AWS keeps for itself ` +
        `(${BUCKETS}): change project "${project}"`,
    );
  });

  test.each(["aws-shop", "ssm"])("rejects a parameter that begins as those of AWS: %s", (project) => {
    expect(problems({ project })).toEqual([
      `parameter name "/${project}/dev/" begins with a word that AWS keeps for itself ` +
        "(https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html): " +
        `change project "${project}"`,
    ]);
  });

  test.each(["", "Data", "data_1", "data/1", "../data"])("rejects the stack %p", (stack) => {
    const { parameter, stateKey } = namesFor(DEV);
    const message = `stack name must be kebab-case, as pipeline, got "${stack}"`;
    expect(() => parameter(stack)).toThrow(message);
    expect(() => stateKey(stack)).toThrow(message);
  });

  test("rejects a collector and a reader", () => {
    const { collectorRole, readerRole } = namesFor(DEV);
    expect(() => collectorRole("Web")).toThrow('collector name must be kebab-case, as pipeline, got "Web"');
    expect(() => readerRole("a_b", "lake")).toThrow('reader name must be kebab-case, as pipeline, got "a_b"');
  });
});
