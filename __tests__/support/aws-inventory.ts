/** What of each kind an embedded AWS holds, asked over its own API without an SDK. */
export class AwsInventory {
  constructor(
    private readonly endpoint: string,
    private readonly accountId: string,
  ) {}

  /** Kind → names. Customer keys that wait for their deletion count as gone. */
  async everything(): Promise<Readonly<Record<string, readonly string[]>>> {
    const [buckets, tables, queues, functions, roles, logGroups, parameters, aliases, mappings, ...more] =
      await Promise.all([
        this.xml("s3", "GET", "/", "Name"),
        this.json("dynamodb", "DynamoDB_20120810.ListTables", "TableNames"),
        this.json("sqs", "AmazonSQS.ListQueues", "QueueUrls"),
        this.rest("lambda", "/2015-03-31/functions/", "Functions"),
        this.xml("iam", "POST", "/?Action=ListRoles&Version=2010-05-08", "RoleName"),
        this.json("logs", "Logs_20140328.DescribeLogGroups", "logGroups"),
        this.json("ssm", "AmazonSSM.DescribeParameters", "Parameters"),
        this.json("kms", "TrentService.ListAliases", "Aliases"),
        this.rest("lambda", "/2015-03-31/event-source-mappings/", "EventSourceMappings"),
        this.xml("sns", "POST", "/?Action=ListTopics&Version=2010-03-31", "TopicArn"),
        this.xml("rds", "POST", "/?Action=DescribeDBClusters&Version=2014-10-31", "DBClusterIdentifier"),
        this.json("glue", "AWSGlue.GetDatabases", "DatabaseList"),
        this.json("athena", "AmazonAthena.ListWorkGroups", "WorkGroups"),
        this.json("secretsmanager", "secretsmanager.ListSecrets", "SecretList"),
      ]);
    const [topics, clusters, catalogues, workgroups, secrets] = more;
    return {
      ...{ buckets, tables, queues, functions, roles, logGroups, parameters, aliases, mappings },
      ...{ topics, clusters, catalogues, workgroups, secrets },
    };
  }

  private async json(service: string, target: string, field: string): Promise<string[]> {
    const answer = await this.ask(service, "POST", "/", {
      headers: {
        "x-amz-target": target,
        "content-type": `application/x-amz-json-1.${service === "logs" ? 1 : 0}`,
      },
      body: "{}",
    });
    return namesOf((JSON.parse(answer) as Record<string, unknown>)[field]);
  }

  private async rest(service: string, path: string, field: string): Promise<string[]> {
    return namesOf((JSON.parse(await this.ask(service, "GET", path)) as Record<string, unknown>)[field]);
  }

  private async xml(service: string, method: string, path: string, tag: string): Promise<string[]> {
    const answer = await this.ask(service, method, path);
    return [...answer.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, "g"))].map(([, name = ""]) => name);
  }

  private async ask(service: string, method: string, path: string, init: RequestInit = {}): Promise<string> {
    const scope = `${this.accountId}/20260101/eu-central-1/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
    const response = await fetch(`${this.endpoint}${path}`, {
      ...init,
      method,
      headers: {
        ...(init.headers as Record<string, string>),
        authorization,
        "x-amz-date": "20260101T000000Z",
      },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} ${path}: ${response.status} ${text.slice(0, 200)}`);
    return text;
  }
}

function namesOf(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.map((entry: unknown) => {
    if (typeof entry === "string") return entry;
    const { FunctionName, logGroupName, Name, AliasName, UUID } = entry as Record<string, string>;
    return FunctionName ?? logGroupName ?? Name ?? AliasName ?? UUID ?? JSON.stringify(entry);
  });
}
