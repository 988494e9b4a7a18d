import type { S3Client } from "@aws-sdk/client-s3";
import { ROLE_CREDENTIALS } from "./ministack";

/** What the SDK would say of its retries; a failure of theirs is thrown anyway. */
const say = () => {};
const SILENT = { trace: say, debug: say, info: say, warn: say, error: say };

/** Whose client it is, and of which embedded AWS. */
export interface RoleOptions {
  readonly roleName: string;
  /** Of the data plane. */
  readonly endpoint: string;
  readonly region: string;
}

/** The form that every SDK reads: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
interface Given {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
}

/** The embedded S3 as a role may use it, and no further: what a job is not allowed fails here as well. */
export async function s3As({ roleName, endpoint, region }: RoleOptions): Promise<S3Client> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const credentials = async () => {
    const answer = await fetch(`${endpoint}${ROLE_CREDENTIALS}${roleName}`);
    if (!answer.ok) throw new Error(`the embedded AWS must know the role ${roleName}, got ${answer.status}`);
    const { AccessKeyId, SecretAccessKey, Token, Expiration } = (await answer.json()) as Given;
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: Token,
      expiration: new Date(Expiration),
    };
  };
  return new S3Client({ region, endpoint, credentials, logger: SILENT, forcePathStyle: true });
}
