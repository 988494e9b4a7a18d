import { Signer } from "@aws-sdk/rds-signer";

/** Where a database is, and who logs in. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** The variables that say where a database is; `user` is who logs in. */
export const addressOf = (
  env: { readonly DATABASE_HOST: string; readonly DATABASE_PORT: string; readonly DATABASE_NAME: string },
  user: string,
): PostgresAddress => ({
  host: env.DATABASE_HOST,
  port: Number(env.DATABASE_PORT),
  database: env.DATABASE_NAME,
  user,
});

/** Whether `host` is this machine: then there is no network to protect, and no IAM that could sign. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * A password of IAM for one login: valid for 15 minutes, and the connection that it opened lives on
 * (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html).
 */
export async function iamPassword({ host, port, user }: PostgresAddress): Promise<string> {
  if (isLoopback(host)) return "iam";
  return new Signer({ hostname: host, port, username: user }).getAuthToken();
}
