import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../config/config-error";
import { knownEnvironments, type LoadOptions, loadConfig } from "../../config/load";

const GOOD = 'project: atlas\naccount: "123456789012"\nregion: eu-central-1\n';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "groundplan-config-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(text: string | Buffer, name = "dev"): string {
  const file = join(directory, `${name}.yaml`);
  writeFileSync(file, text);
  return file;
}

const load = (environment: string | undefined = "dev", options: LoadOptions = {}) =>
  loadConfig(environment, { directory, home: directory, ...options });

/** The message of the ConfigError that `run` throws, with the folder of the test left out. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll(`${directory}/`, "");
    throw error;
  }
  throw new Error("nothing was refused");
}

const refused = (text: string | Buffer) => {
  write(text);
  return refusal(() => load());
};

describe("a good file", () => {
  test("gives the defaults of all that it leaves out", () => {
    write(GOOD);
    const stage = {
      ...{ architecture: "arm64", logLevel: "INFO", tracing: true },
      ...{ batchSize: 10, batchWindowSeconds: 0, maximumConcurrency: 10, maxReceiveCount: 5 },
    };
    const loading = { ...stage, memoryMiB: 512, timeoutSeconds: 120, logRetentionDays: 30 };
    expect(load()).toEqual({
      environment: "dev",
      project: "atlas",
      accountId: "123456789012",
      region: "eu-central-1",
      embedded: false,
      tags: {},
      keepDataOnDestroy: true,
      retention: {},
      network: {
        ...{ cidrBlock: "10.0.0.0/16", zones: 2, tiers: ["public", "private", "isolated"], nat: "single" },
        ...{ ipv6: false, networkAcls: false, gatewayEndpoints: ["s3", "dynamodb"], interfaceEndpoints: [] },
        flowLogRetentionDays: 30,
      },
      pipeline: {
        structure: { ...stage, memoryMiB: 1024, timeoutSeconds: 300, logRetentionDays: 30 },
        ...{ removals: false, loadFigures: loading, loadRows: loading, loadLake: loading },
        recommendations: { ...loading, timeoutSeconds: 900 },
        followErasure: { ...loading, timeoutSeconds: 300 },
      },
      database: { minCapacityUnits: 0.5, maxCapacityUnits: 4, instances: 1, backupRetentionDays: 7 },
      lake: { scanLimitGiB: 100, firstMonth: "1990-01" },
      alarms: { recipients: [], oldestMessageMinutes: 15 },
      collectors: {},
      readers: {},
    });
  });

  test("keeps what it says, beside the defaults of what it does not", () => {
    write(
      `${GOOD}tags: { cost centre: "42" }\npipeline:\n  loadFigures: { batchSize: 11, batchWindowSeconds: 1 }\n`,
    );
    const { tags, pipeline } = load();
    expect(tags).toEqual({ "cost centre": "42" });
    expect(pipeline.loadFigures).toMatchObject({ batchSize: 11, batchWindowSeconds: 1, memoryMiB: 512 });
    expect(pipeline.structure.batchSize).toBe(10);
  });

  test("gives a dashboard the defaults of all that it leaves out", () => {
    write(`${GOOD}dashboard: { domain: d.example.com }\n`);
    expect(load().dashboard).toEqual({
      ...{ domain: "d.example.com", public: false, firewall: false, spot: false, executeCommand: false },
      ...{
        cpuUnits: 512,
        memoryMiB: 1024,
        minCount: 2,
        maxCount: 4,
        logRetentionDays: 30,
        accessLogDays: 90,
      },
    });
  });

  test("gives Spark's jobs the defaults of all that they leave out", () => {
    write(`${GOOD}spark: {}\n`);
    expect(load().spark).toEqual({
      ...{ timezone: "UTC", enabled: true, instanceTypes: ["m7g.xlarge", "m6g.xlarge"], workers: 1 },
      ...{ spotWorkers: 0, jobTimeoutMinutes: 120, logRetentionDays: 30 },
    });
  });

  test("gives who deploys the defaults of all that it leaves out", () => {
    write(`${GOOD}ci: { github: { repository: acme/atlas } }\n`);
    expect(load().ci).toEqual({
      ...{ github: { repository: "acme/atlas", planBranches: [] }, createProvider: true },
    });
    write(`${GOOD}ci: { gitlab: { project: acme/shop/atlas, branches: [main] } }\n`);
    expect(load().ci?.gitlab).toEqual({ project: "acme/shop/atlas", branches: ["main"], host: "gitlab.com" });
  });

  test("is read-only all the way down", () => {
    write(`${GOOD}tags: { owner: me }\n`);
    const config = load();
    const parts: readonly object[] = [config, config.tags, config.pipeline, config.pipeline.loadFigures];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual([true, true, true, true]);
  });

  test("may use anchors for what repeats", () => {
    write(`${GOOD}pipeline:\n  structure: &size { memoryMiB: 256 }\n  loadFigures: *size\n`);
    expect(load().pipeline.loadFigures.memoryMiB).toBe(256);
  });

  test.each(["local", "dev", "prod"])("of the repository loads: %s", (environment) => {
    expect(loadConfig(environment, { home: directory })).toMatchObject({ environment, project: "atlas" });
  });
});

describe("the embedded AWS", () => {
  const DEFAULT_ENDPOINTS = { dataPlane: "http://127.0.0.1:4566", controlPlane: "http://127.0.0.1:4567" };

  test("has no endpoint in an environment that lives on AWS", () => {
    write(GOOD);
    expect(load()).not.toHaveProperty("endpoints");
  });

  test("answers at ministack's own port before the first up", () => {
    write(`${GOOD}embedded: true\n`);
    expect(load().endpoints).toEqual(DEFAULT_ENDPOINTS);
  });

  test("answers at the port that the first up has recorded", () => {
    write(`${GOOD}embedded: true\n`);
    mkdirSync(join(directory, "dev"));
    writeFileSync(join(directory, "dev", "embedded.json"), '{"port":24566,"controlPlanePort":24567}');
    expect(load().endpoints).toEqual({
      dataPlane: "http://127.0.0.1:24566",
      controlPlane: "http://127.0.0.1:24567",
    });
  });

  test("takes any environment, and changes nothing else of it", () => {
    write(GOOD);
    const { endpoints, ...rest } = load("dev", { embedded: true });
    expect(endpoints).toEqual(DEFAULT_ENDPOINTS);
    expect(rest).toEqual({ ...load(), embedded: true });
  });
});

describe("mistakes", () => {
  test("rejects all of them at once, by line, path, rule and value", () => {
    const text = [
      "# mine",
      "project: Atlas",
      "account: 012345678901",
      "regoin: eu-central-1",
      "embedded: yes",
      "pipeline:",
      "  structure:",
      "    memory: 512",
      "    memoryMiB: 64.5",
      "    batchSize: 11",
      '    timeoutSeconds: "3"',
      "  loadRows: 7",
      "colour: red",
    ].join("\n");
    expect(refused(text).split("\n")).toEqual([
      "11 mistakes:",
      "  dev.yaml:2 project must be 2 to 16 characters of a-z, 0-9 and single hyphens, and begin with a letter, " +
        'got "Atlas"',
      "  dev.yaml:2 region is required: must be an AWS region of the partition aws, as eu-central-1",
      "  dev.yaml:3 account must be an AWS account id: 12 digits in quotes, got 012345678901",
      "  dev.yaml:4 regoin is not a known key; did you mean region?",
      '  dev.yaml:5 embedded must be true or false, got "yes"',
      "  dev.yaml:8 pipeline.structure.memory is not a known key; did you mean memoryMiB?",
      "  dev.yaml:9 pipeline.structure.memoryMiB must be a whole number of 128 to 10240 MiB, got 64.5",
      "  dev.yaml:10 pipeline.structure.batchSize must be 10 or less while batchWindowSeconds is 0, got 11",
      '  dev.yaml:11 pipeline.structure.timeoutSeconds must be a whole number of 1 to 900 seconds, got "3"',
      "  dev.yaml:12 pipeline.loadRows must be a map of settings, got 7",
      "  dev.yaml:13 colour is not a known key; known here: project, account, region, embedded, tags, " +
        "keepDataOnDestroy, retention, network, pipeline, database, lake, alarms, collectors, readers, dashboard, spark, ci",
    ]);
  });

  test("keeps them as data for a program", () => {
    const file = write(`${GOOD}embedded: 1\n`);
    const caught = (() => {
      try {
        return load();
      } catch (error) {
        return error;
      }
    })();
    expect(caught).toMatchObject({
      name: "ConfigError",
      mistakes: [{ file, line: 4, path: "embedded", rule: "must be true or false", value: "1" }],
    });
  });

  test.each([
    ["a list", "- 1\n", "dev.yaml:1 must be a map of settings, got a list"],
    ["a word", "hello\n", 'dev.yaml:1 must be a map of settings, got "hello"'],
    ["an empty section", `${GOOD}pipeline:\n`, "dev.yaml:4 pipeline must be a map of settings, got nothing"],
    [
      "a key of every object",
      `${GOOD}__proto__: { embedded: true }\n`,
      "dev.yaml:4 __proto__ is not a known key; known here: project, account, region, embedded, tags, " +
        "keepDataOnDestroy, retention, network, pipeline, database, lake, alarms, collectors, readers, dashboard, spark, ci",
    ],
    ["nobody who deploys", `${GOOD}ci: {}\n`, "dev.yaml:4 ci must hold github or gitlab, and not both"],
    [
      "two issuers of who deploys",
      `${GOOD}ci: { github: { repository: a/b }, gitlab: { project: a/b, branches: [main] } }\n`,
      "dev.yaml:4 ci must hold github or gitlab, and not both",
    ],
    [
      "every repository",
      `${GOOD}ci: { github: { repository: acme/* } }\n`,
      'dev.yaml:4 ci.github.repository must be owner/name, or owner@id/name@id where the repository has immutable subjects, got "acme/*"',
    ],
    [
      "a dashboard on the internet that does not say for whom",
      `${GOOD}dashboard: { domain: d.example.com, public: true }\n`,
      "dev.yaml:4 dashboard.allowFrom must be set while public is true: who may reach it",
    ],
    [
      "a dashboard on the internet without public subnets",
      `${GOOD}network: { tiers: [private, isolated] }\ndashboard: { domain: d.example.com, public: true, allowFrom: [192.0.2.0/24] }\n`,
      "dev.yaml:4 network.tiers must hold public while dashboard.public is true: the balancer lives there",
    ],
    [
      "an image by its tag",
      `${GOOD}dashboard: { domain: d.example.com, image: latest }\n`,
      "dev.yaml:4 dashboard.image must be the digest that `groundplan image push` prints, sha256: and 64 hexadecimal digits, " +
        'got "latest"',
    ],
    [
      "more tasks at least than at most",
      `${GOOD}dashboard: { domain: d.example.com, minCount: 5 }\n`,
      "dev.yaml:4 dashboard.minCount must be maxCount (4) or less, got 5",
    ],
    [
      "no stage of that name",
      `${GOOD}pipeline: { loadLakes: {} }\n`,
      "dev.yaml:4 pipeline.loadLakes is not a known key; did you mean loadLake?",
    ],
    [
      "a region of another partition",
      GOOD.replace("eu-central-1", "cn-north-1"),
      'dev.yaml:3 region must be an AWS region of the partition aws, as eu-central-1, got "cn-north-1"',
    ],
    [
      "an account id of 11 digits",
      GOOD.replace("123456789012", "12345678901"),
      'dev.yaml:2 account must be an AWS account id: 12 digits in quotes, got "12345678901"',
    ],
    ["an empty file", "", "dev.yaml is empty; it must hold at least project, account and region"],
    [
      "a file of comments",
      "# soon\n",
      "dev.yaml is empty; it must hold at least project, account and region",
    ],
    ["text that is not UTF-8", Buffer.from([0x70, 0xff]), "dev.yaml must be text in UTF-8"],
    [
      "a second document",
      `${GOOD}---\n${GOOD}`,
      "dev.yaml:4:1 begins a second document; a file holds one environment",
    ],
    [
      "a key that is there twice",
      `${GOOD}region: us-east-1\n`,
      "dev.yaml:4:1 repeats a key of the same map; keep one of them",
    ],
    ["a tag of YAML", "project: !env NAME\n", "dev.yaml:1:10 is not valid YAML: Unresolved tag: !env"],
    [
      "an alias of nothing",
      "project: *name\n",
      "dev.yaml is not valid YAML: Unresolved alias (the anchor must be set before the alias): name",
    ],
    [
      "aliases that multiply without end",
      `a: &a [${"x,".repeat(10)}]\nb: &b [${"*a,".repeat(10)}]\nc: &c [${"*b,".repeat(10)}]\nd: [*c,*c]\n`,
      "dev.yaml is not valid YAML: Excessive alias count indicates a resource exhaustion attack",
    ],
  ])("rejects %s", (_, text, message) => {
    expect(refused(text)).toBe(message);
  });

  test("rejects broken YAML with every error, by line and column", () => {
    expect(refused('a: 1\na: 2\nb: "x\n')).toBe(
      "2 mistakes:\n" +
        "  dev.yaml:2:1 repeats a key of the same map; keep one of them\n" +
        '  dev.yaml:4:1 is not valid YAML: Missing closing "quote',
    );
  });

  test("rejects a file that cannot be read", () => {
    mkdirSync(join(directory, "dev.yaml"));
    expect(refusal(() => load())).toBe("dev.yaml cannot be read (EISDIR)");
  });
});

describe("the range of", () => {
  const DAYS =
    "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653";
  const whole = (from: number, to: number, unit: string) =>
    `must be a whole number of ${from} to ${to} ${unit}`;

  test.each([
    ["memoryMiB", 128, 10_240, 127, 10_241, whole(128, 10_240, "MiB")],
    ["timeoutSeconds", 1, 900, 0, 901, whole(1, 900, "seconds")],
    ["batchSize", 1, 10_000, 0, 10_001, whole(1, 10_000, "messages")],
    ["batchWindowSeconds", 1, 300, -1, 301, whole(0, 300, "seconds")],
    ["maximumConcurrency", 2, 1000, 1, 1001, whole(2, 1000, "calls")],
    ["maxReceiveCount", 5, 1000, 4, 1001, whole(5, 1000, "deliveries")],
    ["logRetentionDays", 1, 3653, 0, 2, `must be one of the days that AWS keeps logs: ${DAYS}`],
  ])("%s admits its bounds, and rejects what is beyond", (key, least, most, below, above, rule) => {
    const stage = (value: number) => {
      const settings = { batchWindowSeconds: 1, [key]: value };
      write(`${GOOD}pipeline:\n  loadFigures: ${JSON.stringify(settings)}\n`);
    };
    for (const value of [least, most]) {
      stage(value);
      expect(load().pipeline.loadFigures).toHaveProperty(key, value);
    }
    for (const value of [below, above]) {
      stage(value);
      expect(refusal(() => load())).toBe(`dev.yaml:5 pipeline.loadFigures.${key} ${rule}, got ${value}`);
    }
  });

  test.each([
    [2, "ab"],
    [16, "abcdefgh-ijklmno"],
  ])("project admits %d characters", (_, project) => {
    write(GOOD.replace("atlas", project));
    expect(load().project).toBe(project);
  });

  test.each(["a", "abcdefgh-ijklmnop", "-atlas", "atlas-", "at--las", "1atlas", "at_las"])(
    "project rejects %s",
    (project) => {
      expect(refused(GOOD.replace("atlas", project))).toBe(
        "dev.yaml:1 project must be 2 to 16 characters of a-z, 0-9 and single hyphens, and begin with a letter, " +
          `got "${project}"`,
      );
    },
  );

  test.each(["us-east-1", "ap-southeast-4", "mx-central-1", "il-central-1"])("region admits %s", (region) => {
    write(GOOD.replace("eu-central-1", region));
    expect(load().region).toBe(region);
  });
});

describe("tags", () => {
  const NAME = "letters, digits, spaces and _ . : / = + - @";
  const tagged = (tags: object) => refused(`${GOOD}tags: ${JSON.stringify(tags)}\n`);

  test("admit the longest name and value, and letters of every language", () => {
    const tags = {
      [`ü${"k".repeat(127)}`]: "v".repeat(256),
      "team:cost/centre": "a b_c.d=e+f-g@h",
      empty: "",
    };
    write(`${GOOD}tags: ${JSON.stringify(tags)}\n`);
    expect(load().tags).toEqual(tags);
  });

  test.each([
    ["a number", { cost: 5 }, `tags.cost must be text (quote a number) of ${NAME}, got 5`],
    [
      "a character that AWS refuses",
      { a: "b;c" },
      `tags.a must be text (quote a number) of ${NAME}, got "b;c"`,
    ],
    ["such a character in a name", { "a;b": "c" }, `tags.a;b must have a name of ${NAME}`],
    [
      "the prefix of AWS",
      { "AWS:x": "y" },
      "tags.AWS:x must not begin with aws:, which AWS keeps for itself",
    ],
    ["no name", { "": "y" }, "tags. must have a name of 1 to 128 characters"],
    [
      "a name of 129 characters",
      { ["k".repeat(129)]: "" },
      `tags.${"k".repeat(129)} must have a name of 1 to 128 characters`,
    ],
    [
      "a value of 257 characters",
      { a: "v".repeat(257) },
      `tags.a must have 256 characters or fewer, got "${"v".repeat(60)}…"`,
    ],
    [
      "names that differ in case alone",
      { a: "1", A: "2" },
      "tags must differ in more than case, got twice: A",
    ],
    [
      "a tag that the platform sets",
      { Project: "x" },
      "tags.Project must not be one of project, environment, stack, managed-by, which the platform sets, in whatever case",
    ],
    [
      "41 tags",
      Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`t${n}`, "x"])),
      "tags must hold 40 tags or fewer, got 41",
    ],
    ["a list", ["a"], "tags must be a map of tag names and values, got a list"],
  ])("rejects %s", (_, tags, message) => {
    expect(tagged(tags)).toBe(`dev.yaml:4 ${message}`);
  });
});

describe("the environment", () => {
  test.each([undefined, ""])("rejects none (%p), and names those there are", (environment) => {
    for (const name of ["prod", "local", "dev"]) write(GOOD, name);
    expect(refusal(() => loadConfig(environment, { directory }))).toBe(
      "ENVIRONMENT is required: one of dev, local, prod",
    );
  });

  test("rejects one without a file, and names those there are", () => {
    write(GOOD);
    expect(refusal(() => load("stage"))).toBe(
      "stage.yaml does not exist; ENVIRONMENT must be one of dev, got stage",
    );
  });

  test.each(["d", "Dev", "1dev", "dev-2", "../dev", "dev.yaml", "abcdefghijklm"])(
    "rejects the name %s",
    (name) => {
      write(GOOD);
      expect(refusal(() => load(name))).toBe(
        `ENVIRONMENT must be 2 to 12 characters of a-z and 0-9 and begin with a letter (one of dev), got "${name}"`,
      );
    },
  );

  test("rejects a folder that is not the project's, and says where to go", () => {
    expect(refusal(() => loadConfig(undefined, { directory: "no/such/folder" }))).toBe(
      "ENVIRONMENT is required: there is no environment in no/such/folder; run the command in the project's root",
    );
  });

  test("rejects a folder that is a file, as the file system says it", () => {
    const file = write(GOOD);
    expect(() => loadConfig(undefined, { directory: file })).toThrow(/^ENOTDIR: not a directory/);
  });

  test("is known by its file, in order of the alphabet", () => {
    for (const name of ["prod", "dev", "Old", "dev-2"]) write(GOOD, name);
    writeFileSync(join(directory, "notes.txt"), "");
    expect(knownEnvironments(directory)).toEqual(["dev", "prod"]);
  });
});

describe("the network", () => {
  test.each([
    [
      "cidrBlock: 10.0.0.0/8",
      'network.cidrBlock must be an IPv4 block of /16 to /28, as 10.20.0.0/16, got "10.0.0.0/8"',
    ],
    ["nat: two", 'network.nat must be one of none, single, perZone, got "two"'],
    ["tiers: [public, dmz]", 'network.tiers.1 must be one of public, private, isolated, got "dmz"'],
    ["tiers: []", "network.tiers must name one tier or more, got a list"],
    ["gatewayEndpoints: [sqs]", 'network.gatewayEndpoints.0 must be one of s3, dynamodb, got "sqs"'],
    [
      "interfaceEndpoints: [ECR]",
      'network.interfaceEndpoints.0 must be the name of a service, as ecr.api, got "ECR"',
    ],
  ])("rejects %s", (setting, message) => {
    write(`${GOOD}network: { ${setting} }\n`);
    expect(() => load()).toThrow(message);
  });

  test.each(["7", "0", "[]", "[Frankfurt]", "two"])("rejects zones: %s", (zones) => {
    write(`${GOOD}network: { zones: ${zones} }\n`);
    expect(() => load()).toThrow(
      /network\.zones(\.0)? must be 1 to 6 zones, or a list of as many names, as eu-central-1a, got /,
    );
  });

  test.each([2, 6])("takes %d zones", (zones) => {
    write(`${GOOD}network: { zones: ${zones} }\n`);
    expect(load().network.zones).toBe(zones);
  });

  test("takes zones by name", () => {
    write(`${GOOD}network: { zones: [eu-central-1a, eu-central-1c] }\n`);
    expect(load().network.zones).toEqual(["eu-central-1a", "eu-central-1c"]);
  });
});

describe("the stores", () => {
  test("rejects what AWS would refuse, all at once", () => {
    const text = [
      "network: { zones: 1, tiers: [public] }",
      "database: { minCapacityUnits: 8, instances: 0 }",
      "lake: { firstMonth: 1990, scanLimitGiB: 0 }",
      "alarms: { recipients: [me] }",
      "collectors: { Web: { principals: [] } }",
      "readers: { analyst: { principals: [me], stores: [queues] } }",
    ].join("\n");
    expect(refused(`${GOOD}${text}\n`).split("\n").slice(1)).toEqual([
      "  dev.yaml:5 database.instances must be a whole number of 1 to 16 instances, got 0",
      "  dev.yaml:5 database.minCapacityUnits must be maxCapacityUnits (4) or less, got 8",
      "  dev.yaml:6 lake.scanLimitGiB must be a whole number of 1 to 7168 GiB, got 0",
      "  dev.yaml:6 lake.firstMonth must be a month, as 1990-01, got 1990",
      '  dev.yaml:7 alarms.recipients.0 must be an e-mail address, got "me"',
      "  dev.yaml:8 collectors.Web must be the name of a collector: kebab-case, up to 16",
      "  dev.yaml:9 readers.analyst.principals.0 must be a role or user of the account, as " +
        'role/web-collector, got "me"',
      '  dev.yaml:9 readers.analyst.stores.0 must be one of figures, rows, lake, rejected, got "queues"',
    ]);
  });

  test("rejects a network that has no room for them", () => {
    expect(refused(`${GOOD}network: { zones: 1, tiers: [public] }\n`).split("\n").slice(1)).toEqual([
      "  dev.yaml:4 network.zones must be 2 or more: the database spans two",
      "  dev.yaml:4 network.tiers must hold private: functions live there",
    ]);
  });

  test("rejects fewer reserved calls than there may be at the same time", () => {
    expect(
      refused(`${GOOD}pipeline: { loadRows: { maximumConcurrency: 9, reservedConcurrency: 8 } }\n`),
    ).toBe(
      "dev.yaml:4 pipeline.loadRows.reservedConcurrency must be maximumConcurrency (9) or more, else calls are " +
        "refused, got 8",
    );
  });
});
