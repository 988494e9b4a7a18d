import type { BucketReference } from "../../storage";

/** A zip of PEM files in S3, with `privateKey.pem` and `certificateChain.pem` in it. */
export interface CertificateZip {
  /** Bucket that the zip is in. */
  readonly bucket: BucketReference;
  /** Key of the zip, with a folder before its name. */
  readonly key: string;
}

export interface SecurityProps {
  /** Encrypts what Spark writes to S3 with the key, whatever the bucket says. @default true */
  readonly encryptS3?: boolean;
  /** Encrypts all disks with the key, the root disk included. @default true */
  readonly encryptDisks?: boolean;
  /** Encrypts what nodes send each other, with this certificate. @default not encrypted: there is no certificate */
  readonly certificate?: CertificateZip;
  /** Answers on the instance's metadata address only to who has a token (IMDSv2). @default true */
  readonly metadataTokens?: boolean;
}

export const SECURITY_DEFAULTS = { encryptS3: true, encryptDisks: true, metadataTokens: true } as const;

/**
 * EMR's security configuration as JSON. That a job runs as its own role is no option: without it every job could do
 * what the instances can.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-create-security-configuration.html
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-steps-runtime-roles.html
 */
export function securityJson(props: SecurityProps, keyArn: string): string {
  const { encryptS3 = SECURITY_DEFAULTS.encryptS3, encryptDisks = SECURITY_DEFAULTS.encryptDisks } = props;
  const { metadataTokens = SECURITY_DEFAULTS.metadataTokens, certificate } = props;
  const atRest = encryptS3 || encryptDisks;
  return JSON.stringify({
    EncryptionConfiguration: {
      EnableInTransitEncryption: certificate !== undefined,
      EnableAtRestEncryption: atRest,
      ...(certificate ? { InTransitEncryptionConfiguration: inTransit(certificate) } : {}),
      ...(atRest ? { AtRestEncryptionConfiguration: rest({ encryptS3, encryptDisks }, keyArn) } : {}),
    },
    InstanceMetadataServiceConfiguration: {
      MinimumInstanceMetadataServiceVersion: metadataTokens ? 2 : 1,
      HttpPutResponseHopLimit: 1,
    },
    AuthorizationConfiguration: { IAMConfiguration: { EnableApplicationScopedIAMRole: true } },
  });
}

/** What is wrong with the certificate. */
export function securityMistakes({ certificate }: SecurityProps = {}): string[] {
  if (certificate === undefined || /^[^/*?]+\/([^*?]+\/)?[^/*?]+\.zip$/.test(certificate.key)) return [];
  return [`security.certificate.key must be <folder>/<name>.zip, got ${certificate.key || "nothing"}`];
}

const inTransit = ({ bucket, key }: CertificateZip) => ({
  TLSCertificateConfiguration: {
    CertificateProviderType: "PEM",
    S3Object: `s3://${bucket.bucketName}/${key}`,
  },
});

const rest = (
  { encryptS3, encryptDisks }: { readonly encryptS3: boolean; readonly encryptDisks: boolean },
  keyArn: string,
) => ({
  ...(encryptS3 ? { S3EncryptionConfiguration: { EncryptionMode: "SSE-KMS", AwsKmsKey: keyArn } } : {}),
  ...(encryptDisks
    ? {
        LocalDiskEncryptionConfiguration: {
          EncryptionKeyProviderType: "AwsKms",
          AwsKmsKey: keyArn,
          EnableEbsEncryption: true,
        },
      }
    : {}),
});
