import { createHash, createHmac } from "node:crypto";

/** Keys of a user, or of a role that was taken. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What a call answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

interface Target {
  readonly endpoint: string;
  readonly region: string;
  readonly service: string;
}

/**
 * A signed POST to a service of which no SDK is installed.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function signedCall(
  { endpoint, region, service }: Target,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  body: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = [time.slice(0, 8), region, service, "aws4_request"];
  const headers: Record<string, string> = {
    ...extra,
    host: new URL(endpoint).host,
    "x-amz-date": time,
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join("");
  const request = ["POST", "/", "", lines, names.join(";"), hash(body)].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), hash(request)].join("\n");
  const key = scope.reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, text).toString("hex");
  const credential = `${accessKeyId}/${scope.join("/")}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  const response = await fetch(endpoint, { method: "POST", headers: { ...headers, authorization }, body });
  return { status: response.status, text: await response.text() };
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: Buffer | string, text: string) => createHmac("sha256", key).update(text).digest();
