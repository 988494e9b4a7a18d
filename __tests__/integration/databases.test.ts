import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { Client } from "pg";
import { embeddedCredentials, home } from "../../config/home";
import { COLUMNS, CURATED_SCHEMA } from "../../lambdas/shared/curated-schema";
import { emptyFile } from "../../lambdas/shared/lake-file";
import { type Embedded, startEmbedded, stopEmbedded } from "../../local/embedded";
import { TestFolder } from "../support/folder";

jest.setTimeout(300_000);

const installed = resolve(home(), "python");
afterAll(() => stopEmbedded("local")); // before the folder's own, which removes what says where it runs
const own = new TestFolder().home();
// Another test installs it anew; where it does not fit, this one does so as well.
mkdirSync(own);
if (existsSync(installed)) symlinkSync(installed, join(own, "python"));

const settings = { accountId: "111122223333", region: "eu-central-1" };
let embedded: Embedded;
const start = async () => {
  embedded = await startEmbedded("local", settings);
};
beforeAll(start);

const common = () => ({
  endpoint: embedded.endpoint,
  region: settings.region,
  credentials: embeddedCredentials(settings.accountId),
});

/** Sends a request as no SDK that is here does. */
async function send(service: string, headers: Record<string, string>, body: string | URLSearchParams) {
  const scope = `${settings.accountId}/20260101/${settings.region}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  const response = await fetch(embedded.endpoint, {
    method: "POST",
    headers: { authorization, ...headers },
    body,
  });
  return response.text();
}

describe("RDS", () => {
  const cluster = { DBClusterIdentifier: "rows", Engine: "aurora-postgresql", EngineVersion: "16.9" };

  /** The first text of each element of the answer. */
  async function rds(Action: string, parameters: Record<string, string>) {
    const text = await send("rds", {}, new URLSearchParams({ Action, Version: "2014-10-31", ...parameters }));
    const elements = [...text.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].reverse();
    return Object.fromEntries(elements.map(([, name, value]) => [name, value]));
  }

  const describe = () => rds("DescribeDBClusters", { DBClusterIdentifier: "rows" });

  async function inDatabase<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ host: "127.0.0.1", port: embedded.databasePort, user: "postgres", database });
    await client.connect();
    return work(client).finally(() => client.end());
  }

  const namesOf = (query: string) =>
    inDatabase("postgres", async (client) => {
      const { rows } = await client.query<{ name: string }>(query);
      return rows.map(({ name }) => name);
    });
  const databases = () =>
    namesOf("SELECT datname AS name FROM pg_database WHERE NOT datistemplate ORDER BY 1");
  const roles = () => namesOf("SELECT rolname AS name FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1");

  test("makes a cluster in subnets of the other emulator, with its database in a real server", async () => {
    await rds("CreateDBSubnetGroup", {
      DBSubnetGroupName: "private",
      DBSubnetGroupDescription: "private",
      "SubnetIds.SubnetIdentifier.1": "subnet-0123456789abcdef0",
      "SubnetIds.SubnetIdentifier.2": "subnet-0123456789abcdef1",
    });
    const made = await rds("CreateDBCluster", {
      ...cluster,
      DatabaseName: "shop_events",
      MasterUsername: "postgres",
      ManageMasterUserPassword: "true",
      DBSubnetGroupName: "private",
      "EnableCloudwatchLogsExports.member.1": "postgresql",
      "ServerlessV2ScalingConfiguration.MinCapacity": "0",
      "ServerlessV2ScalingConfiguration.MaxCapacity": "4",
      "ServerlessV2ScalingConfiguration.SecondsUntilAutoPause": "600",
    });
    const port = String(embedded.databasePort);
    const place = { Endpoint: "127.0.0.1", ReaderEndpoint: "127.0.0.1", Port: port };
    expect(made).toMatchObject({ ...place, DBSubnetGroup: "private" });
    const rest = { SecondsUntilAutoPause: "600", member: "postgresql" };
    expect(await describe()).toMatchObject({ ...place, ...rest });
    expect(await databases()).toEqual(["events", "postgres", "shop_events"]);
    const member = { DBInstanceIdentifier: "rows-1", DBInstanceClass: "db.serverless" };
    const instance = { ...cluster, ...member, PerformanceInsightsKMSKeyId: "key" };
    await rds("CreateDBInstance", instance);
    expect(await rds("DescribeDBInstances", { DBInstanceIdentifier: "rows-1" })).toMatchObject({
      Address: "127.0.0.1",
      Port: port,
      PerformanceInsightsKMSKeyId: "key",
      DBInstanceStatus: "available",
    });
  });

  test("tags the password that it manages with its cluster", async () => {
    const { SecretArn, DBClusterArn } = await describe();
    const { Name, Tags } = await new SecretsManagerClient(common()).send(
      new DescribeSecretCommand({ SecretId: SecretArn }),
    );
    expect(Name).toMatch(/^rds!cluster-/);
    expect(Tags).toContainEqual({ Key: "aws:rds:primaryDBClusterArn", Value: DBClusterArn });
  });

  test("keeps what Terraform changes of a cluster", async () => {
    await rds("ModifyDBCluster", {
      DBClusterIdentifier: "rows",
      "CloudwatchLogsExportConfiguration.EnableLogTypes.member.1": "instance",
      "CloudwatchLogsExportConfiguration.DisableLogTypes.member.1": "postgresql",
    });
    expect(await describe()).toMatchObject({ member: "instance" });
  });

  test("keeps what is committed over a stop and a start, and over the killing of the server", async () => {
    const count = () =>
      inDatabase("shop_events", async (client) => (await client.query("SELECT * FROM kept")).rowCount);
    await inDatabase("shop_events", (client) => client.query("CREATE TABLE kept AS SELECT 1 AS one"));
    await stopEmbedded("local");
    await start();
    expect(await count()).toBe(1);
    expect(await describe()).toMatchObject({ Port: String(embedded.databasePort), Status: "available" });
    await inDatabase("shop_events", (client) => client.query("INSERT INTO kept VALUES (2)"));
    process.kill(embedded.pids.database, "SIGKILL");
    const killed = embedded.pids;
    await start();
    expect(embedded.pids.dataPlane).toBe(killed.dataPlane);
    expect(embedded.pids.database).not.toBe(killed.database);
    expect(await count()).toBe(2);
  });

  test("drops the database of a deleted cluster, and the roles that were made in it", async () => {
    await inDatabase("shop_events", async (client) => {
      await client.query("CREATE ROLE shop_writer LOGIN IN ROLE rds_iam");
      await client.query("ALTER TABLE kept OWNER TO shop_writer");
    });
    expect(await roles()).toEqual(["postgres", "rds_iam", "shop_writer"]);
    await rds("DeleteDBInstance", { DBInstanceIdentifier: "rows-1", SkipFinalSnapshot: "true" });
    await rds("DeleteDBCluster", { DBClusterIdentifier: "rows", SkipFinalSnapshot: "true" });
    expect(await databases()).toEqual(["events", "postgres"]);
    expect(await roles()).toEqual(["postgres", "rds_iam"]);
  });

  test("rejects a cluster whose database cannot be made, and keeps none", async () => {
    const long = "d".repeat(64);
    expect(await rds("CreateDBCluster", { ...cluster, DatabaseName: `"${long}\0` })).toMatchObject({
      Code: "InternalFailure",
    });
    expect(await describe()).toMatchObject({ Code: "DBClusterNotFoundFault" });
  });
});

describe("Athena", () => {
  const Bucket = "lake-test";
  const DAY = new Date("2026-03-02T10:00:00.000Z");

  interface Row {
    readonly shopId: string;
    readonly quantity?: number;
    /** In units of 0.0001. */
    readonly amount?: bigint;
  }

  function parquet(rows: readonly Row[], extra: ColumnSource[] = []): Uint8Array {
    const defaults = { occurredAt: BigInt(DAY.getTime()) * 1000n, eventId: "e", type: "purchase" };
    const events = rows.map((row, index) => ({
      ...defaults,
      eventId: `e${index}`,
      visitorId: "v",
      currency: "EUR",
      ...row,
    }));
    const columns = COLUMNS.map(({ name }) => {
      return { name, data: events.map((event) => (event as Record<string, unknown>)[name]) };
    });
    const schema = [...CURATED_SCHEMA, ...extra.map(({ name }) => ({ name, type: "INT32" as const }))];
    const [root, ...rest] = schema;
    const whole = [{ ...root, name: "event", num_children: rest.length }, ...rest];
    return new Uint8Array(parquetWriteBuffer({ columnData: [...columns, ...extra], schema: whole }));
  }

  const put = (Key: string, Body: Uint8Array) =>
    new S3Client({ ...common(), forcePathStyle: true }).send(new PutObjectCommand({ Bucket, Key, Body }));

  async function glue(action: string, parameters: object) {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AWSGlue.${action}` };
    return send("glue", headers, JSON.stringify(parameters));
  }

  /** Fails by the test's time-out where it does not end. @returns the id of its execution */
  async function execute(QueryString: string): Promise<string | undefined> {
    const athena = new AthenaClient(common());
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString,
        QueryExecutionContext: { Database: "lake" },
        ResultConfiguration: { OutputLocation: `s3://${Bucket}/results/` },
      }),
    );
    for (;;) {
      const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const { State, StateChangeReason } = QueryExecution?.Status ?? {};
      if (State === "FAILED") throw new Error(StateChangeReason);
      if (State === "SUCCEEDED") return QueryExecutionId;
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Without the first row, which names the columns. */
  async function resultsOf(QueryExecutionId: string | undefined) {
    const athena = new AthenaClient(common());
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
    const types = ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name, Type }) => `${Name} ${Type}`);
    const rows = ResultSet?.Rows?.map(({ Data }) => Data?.map(({ VarCharValue }) => VarCharValue));
    return { types, rows: rows?.slice(1) };
  }

  const query = async (text: string) => resultsOf(await execute(text));

  const TOTALS = `SELECT shop, currency, count(*) AS events, sum(quantity) AS quantity, sum(amount) AS amount
    FROM events WHERE shop IN ('a', 'b') GROUP BY shop, currency ORDER BY shop`;

  beforeAll(async () => {
    await new S3Client({ ...common(), forcePathStyle: true }).send(new CreateBucketCommand({ Bucket }));
    await glue("CreateDatabase", { DatabaseInput: { Name: "lake" } });
    const columns = COLUMNS.map(({ name }) => ({ Name: name.toLowerCase(), Type: typeOf(name) }));
    await glue("CreateTable", {
      DatabaseName: "lake",
      TableInput: {
        Name: "events",
        TableType: "EXTERNAL_TABLE",
        Parameters: { classification: "parquet", "projection.enabled": "true" },
        PartitionKeys: [
          { Name: "shop", Type: "string" },
          { Name: "month", Type: "string" },
        ],
        StorageDescriptor: { Location: `s3://${Bucket}/events/`, Columns: columns },
      },
    });
  });

  const typeOf = (name: string) =>
    ({ occurredAt: "timestamp", quantity: "int", amount: "decimal(18,4)" })[name] ?? "string";

  test("answers about a table without files", async () => {
    expect(await query(TOTALS)).toMatchObject({ rows: [] });
    expect(await query("SELECT count(*) AS events, min(occurredat) AS first FROM events")).toMatchObject({
      rows: [["0", undefined]],
    });
  });

  test("adds up exactly, over partitions, files with a column more and files without rows", async () => {
    const large = 9_007_199_254_740_993n; // no double holds it
    await put(
      "events/shop=a/month=2026-03/1.parquet",
      parquet([{ shopId: "a", quantity: 2, amount: large }]),
    );
    await put(
      "events/shop=a/month=2026-04/2.parquet",
      parquet([{ shopId: "a", amount: 1n }, { shopId: "a" }]),
    );
    const extra = [{ name: "later", data: [7] }];
    await put(
      "events/shop=b/month=2026-03/3.parquet",
      parquet([{ shopId: "b", quantity: 1, amount: -10_000n }], extra),
    );
    await put("events/shop=b/month=2026-04/4.parquet", emptyFile());
    await put("events/shop=c/month=2026-03/5.parquet", parquet([{ shopId: "c", amount: 5n }]));
    expect(await query(TOTALS)).toEqual({
      types: ["shop varchar", "currency varchar", "events bigint", "quantity bigint", "amount decimal"],
      rows: [
        ["a", "EUR", "3", "2", "900719925474.0994"],
        ["b", "EUR", "1", "1", "-1.0000"],
      ],
    });
  });

  test("answers with times, in the form of Athena", async () => {
    const found = await query(
      "SELECT max(occurredat) AS last, max(month) AS month FROM events WHERE shop = 'a'",
    );
    expect(found).toEqual({
      types: ["last timestamp", "month varchar"],
      rows: [["2026-03-02 10:00:00.000", "2026-04"]],
    });
  });

  test("keeps results over a stop and a start", async () => {
    const execution = await execute(TOTALS);
    const results = await resultsOf(execution);
    await stopEmbedded("local");
    await start();
    expect(await resultsOf(execution)).toEqual(results);
  });
});
