/** What a call has answered: the first text of each element, by its name; or the error's code. */
export type Ec2Answer = Readonly<Record<string, string | undefined>>;

/** EC2 as its query API, which needs no SDK: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html */
export class Ec2 {
  constructor(
    private readonly endpoint: string,
    private readonly place: { readonly accountId: string; readonly region: string },
  ) {}

  /** Never fails for what EC2 says: an error is `{ Code, Message }`, and `{ status }` alone where it is not EC2 that speaks. */
  async call(Action: string, parameters: Readonly<Record<string, string | undefined>>): Promise<Ec2Answer> {
    const { accountId, region } = this.place;
    const body = new URLSearchParams({ Action, Version: "2016-11-15" });
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) body.set(name, value);
    const scope = `${accountId}/20260101/${region}/ec2/aws4_request`;
    const response = await fetch(this.endpoint, {
      method: "POST",
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
      body,
    });
    const text = await response.text();
    const elements = [...text.matchAll(/<(\w+)>([^<]+)<\/\1>/g)].reverse();
    const isXml = response.headers.get("content-type")?.includes("xml") ?? false;
    return isXml || text.startsWith("<?xml")
      ? Object.fromEntries(elements.map(([, name, value]) => [name, value]))
      : { status: String(response.status) };
  }
}
