import { S3Backend, type TerraformStack } from "cdktf";
import { ModuleError } from "../shared";

/** A role, and the token of an issuer with which it is taken. */
export interface RoleByToken {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly webIdentityToken: string;
}

/** Settings that only an embedded AWS needs: where it listens, who asks, and what to leave out. */
export interface RemoteStateEndpoint {
  /** Such as `http://127.0.0.1:4566`. */
  readonly url: string;
  /** A pair of keys, or a role. */
  readonly identity: { readonly accessKey: string; readonly secretKey: string } | RoleByToken;
}

export interface RemoteStateProps {
  /** Name of the bucket that holds the states of one environment. */
  readonly bucketName: string;
  /** Key of this stack's state, `<project>/<environment>/<stack>.tfstate`. */
  readonly stateKey: string;
  readonly region: string;
  readonly accountId: string;
  /**
   * ARN of the key's alias. With `encrypt` alone the backend asks for AES256, which beats the bucket's own
   * key, so the key is named.
   */
  readonly keyAliasArn: string;
  /** An AWS that is not the real one. @default none */
  readonly endpoint?: RemoteStateEndpoint;
}

/**
 * Keeps a stack's state in S3: encrypted with the environment's key, locked by a lock file beside it, and
 * refused for any account but the environment's.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 */
export class RemoteState extends S3Backend {
  constructor(stack: TerraformStack, props: RemoteStateProps) {
    const { bucketName, stateKey, region, accountId, keyAliasArn, endpoint } = props;
    if (!/^([^/]+\/)*[^/]+\.tfstate$/.test(stateKey)) {
      const rule = "stateKey must be a path that ends with <name>.tfstate";
      throw new ModuleError(stack, `${rule}, got ${stateKey || "nothing"}`);
    }
    const settings = {
      bucket: bucketName,
      key: stateKey,
      region,
      encrypt: true,
      kmsKeyId: keyAliasArn,
      useLockfile: true,
      ...(endpoint ? embedded(endpoint) : { allowedAccountIds: [accountId] }),
    };
    super(stack, settings);
  }
}

function embedded({ url, identity }: RemoteStateEndpoint) {
  return {
    ...("roleArn" in identity ? { assumeRoleWithWebIdentity: { ...identity } } : identity),
    endpoints: { s3: url, sts: url, iam: url },
    usePathStyle: true,
    skipCredentialsValidation: true,
    skipMetadataApiCheck: true,
    skipRegionValidation: true,
    skipRequestingAccountId: true,
  };
}
