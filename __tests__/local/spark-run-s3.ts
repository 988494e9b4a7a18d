import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";

interface FakeObject {
  readonly text: string;
  readonly modified: string;
}

/** As much of S3 as a run of a job asks, over HTTP; one bucket. Every answer is in the order of its requests. */
export class FakeS3 {
  readonly objects = new Map<string, FakeObject>();
  /** `PUT a/b` and so on, but no listings. */
  readonly calls: string[] = [];
  /** Prefixes that were listed. */
  readonly listed: string[] = [];
  /** Keys that are not to be seen. */
  readonly forbidden = new Set<string>();
  /** Called before each of them is answered. */
  before: (call: string) => void = () => {};
  private readonly server = createServer((request, response) => void this.answer(request, response));
  client!: S3Client;

  constructor() {
    beforeAll(async () => {
      await new Promise<void>((ready) => this.server.listen(0, "127.0.0.1", ready));
      const { port } = this.server.address() as AddressInfo;
      this.client = new S3Client({
        endpoint: `http://127.0.0.1:${port}`,
        region: "eu-central-1",
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
        forcePathStyle: true,
        maxAttempts: 1,
      });
    });
    beforeEach(() => {
      this.objects.clear();
      this.calls.length = 0;
      this.listed.length = 0;
      this.forbidden.clear();
      this.before = () => {};
    });
    afterAll(() => {
      this.client.destroy();
      this.server.closeAllConnections();
      return new Promise((closed) => this.server.close(closed));
    });
  }

  put(key: string, text: string, modified = "2026-03-01T12:00:00.123Z"): void {
    this.objects.set(key, { text, modified });
  }

  /** Texts by key. */
  get texts(): Record<string, string> {
    return Object.fromEntries([...this.objects].sort().map(([key, { text }]) => [key, text]));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://fake");
    const body = await bodyOf(request);
    const key = decodeURIComponent(pathname.split("/").slice(2).join("/"));
    if (searchParams.get("list-type") === "2") {
      this.listed.push(searchParams.get("prefix") ?? "");
      response.end(this.listing(searchParams.get("prefix") ?? ""));
      return;
    }
    const call = `${request.method} ${key}`;
    this.calls.push(call);
    this.before(call);
    const object = this.objects.get(key);
    const refusal = this.forbidden.has(key) ? 403 : refusalOf(request, object);
    if (refusal !== undefined) {
      response.statusCode = refusal;
      response.end("<Error><Code>Refused</Code><Message>no</Message></Error>");
      return;
    }
    if (object !== undefined) {
      response.setHeader("etag", etagOf(object));
      response.setHeader("last-modified", new Date(object.modified).toUTCString());
    }
    if (request.method === "PUT") this.put(key, body, new Date().toISOString());
    if (request.method === "DELETE") this.objects.delete(key);
    response.end(request.method === "GET" ? object?.text : "");
  }

  private listing(prefix: string): string {
    const found = [...this.objects].filter(([key]) => key.startsWith(prefix)).sort();
    const contents = found.map(([key, object]) => {
      const name = encodeURIComponent(key).replaceAll("%20", "+");
      return `<Contents><Key>${name}</Key><ETag>${etagOf(object).replaceAll('"', "&quot;")}</ETag><LastModified>${object.modified}</LastModified></Contents>`;
    });
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`;
  }
}

/** The status where the object is missing, or not as the request wants it. */
function refusalOf({ method, headers }: IncomingMessage, object: FakeObject | undefined): number | undefined {
  const match = headers["if-match"];
  if (object === undefined)
    return match !== undefined || method === "GET" || method === "HEAD" ? 404 : undefined;
  if (match !== undefined && match !== etagOf(object)) return 412;
  return headers["if-none-match"] === "*" ? 412 : undefined;
}

const etagOf = ({ text }: FakeObject) => `"${createHash("md5").update(text).digest("hex")}"`;

/** Also of a body that is sent in chunks with a checksum behind them. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString("utf8");
  if (request.headers["content-encoding"] !== "aws-chunked") return text;
  const [, size = "0", rest = ""] = /^([0-9a-f]+)[^\n]*\n([\s\S]*)$/.exec(text) ?? [];
  return rest.slice(0, Number.parseInt(size, 16));
}
