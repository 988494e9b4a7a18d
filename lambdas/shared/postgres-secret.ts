import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import { PermanentError } from "./errors";

const text = z.string().check(z.minLength(1));
/** As RDS keeps it: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html */
const Secret = z.object({ username: text, password: text });

/**
 * The owner of a cluster, who RDS made, with the password that counts now.
 * @throws PermanentError when the secret is none of RDS; what it holds is never named.
 */
export async function masterUser(
  secretArn: string,
  client = new SecretsManagerClient(),
): Promise<{ user: string; password: string }> {
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  const parsed = Secret.safeParse(parseJson(SecretString));
  if (!parsed.success)
    throw new PermanentError(
      `secret ${secretArn}: must be JSON with username and password, got something else: name the secret that RDS made`,
    );
  return { user: parsed.data.username, password: parsed.data.password };
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
