import { type Place, unsigned } from "./query-service";

/** A service with a path for each thing, which needs no SDK: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export class RestService {
  constructor(
    private readonly endpoint: string,
    private readonly place: Place,
    private readonly signingName: string,
  ) {}

  /** Never fails for what the service says: an error is `{ message }`, and `{ status }` where it is not AWS that speaks. */
  async call(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${this.endpoint}${path}`, {
      method,
      headers: {
        authorization: unsigned(this.place, this.signingName),
        "content-type": "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return text.startsWith("{") ? JSON.parse(text) : { status: response.status };
  }
}
