/** What a call has answered: the first text of each element, by its name; or the error's code. */
export type QueryAnswer = Readonly<Record<string, string | undefined>>;

/** Where a service is asked, and whose it is. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** A service with a query API, which needs no SDK: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html */
export class QueryService {
  constructor(
    private readonly endpoint: string,
    private readonly place: Place,
    private readonly service: { readonly signingName: string; readonly version: string },
  ) {}

  /** Never fails for what the service says: an error is `{ Code, Message }`, and `{ status }` alone where it is not AWS that speaks. */
  async call(Action: string, parameters: Readonly<Record<string, string | undefined>>): Promise<QueryAnswer> {
    const { signingName, version: Version } = this.service;
    const body = new URLSearchParams({ Action, Version });
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) body.set(name, value);
    const headers = { authorization: unsigned(this.place, signingName) };
    const response = await fetch(this.endpoint, { method: "POST", headers, body });
    const text = await response.text();
    const elements = [...text.matchAll(/<(\w+)>([^<]+)<\/\1>/g)].reverse();
    const isXml = response.headers.get("content-type")?.includes("xml") ?? false;
    return isXml || text.startsWith("<?xml")
      ? Object.fromEntries(elements.map(([, name, value]) => [name, value]))
      : { status: String(response.status) };
  }
}

/** Names the account, the region and the service; the emulators look at nothing else of a signature. */
export function unsigned({ accountId, region }: Place, signingName: string): string {
  const scope = `${accountId}/20260101/${region}/${signingName}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
}
