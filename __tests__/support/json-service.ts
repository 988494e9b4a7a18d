import { type Place, unsigned } from "./query-service";

/** A service that takes and gives JSON, which needs no SDK: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export class JsonService {
  constructor(
    private readonly endpoint: string,
    private readonly place: Place,
    private readonly service: { readonly signingName: string; readonly target: string },
  ) {}

  /** Never fails for what the service says: an error is `{ __type, message }`, and `{ status }` where it is not AWS that speaks. */
  async call(action: string, parameters: object): Promise<Readonly<Record<string, unknown>>> {
    const { signingName, target } = this.service;
    const response = await fetch(this.endpoint, {
      method: "POST",
      headers: {
        authorization: unsigned(this.place, signingName),
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `${target}.${action}`,
      },
      body: JSON.stringify(parameters),
    });
    const text = await response.text();
    return text.startsWith("{") ? JSON.parse(text) : { status: response.status };
  }
}
