import { Bucket } from "../../../modules";
import type {
  CertificateZip,
  SecurityProps,
} from "../../../modules/spark-cluster/cluster/security-configuration";
import { type Checks, testOptions } from "../../support/feature-table";
import { aJob, aSparkCluster, KEY, sparkCluster } from "../../support/spark";
import { synth } from "../../support/synth";
import { mayDo } from "../../support/task";

const secured = (security: SecurityProps = {}) =>
  JSON.parse(String(sparkCluster({ security }).one("aws_emr_security_configuration").configuration));

const certified = () =>
  synth((stack) => {
    const bucket = Bucket.fromName(stack, "Certificates", { bucketName: "certs", keyAlias: "alias/orders" });
    aJob(aSparkCluster(stack, { security: { certificate: { bucket, key: "tls/spark.zip" } } }));
  });

const SECURITY: Checks<SecurityProps> = {
  encryptS3: [
    "is so, unless told otherwise",
    () => {
      const s3 = ["EncryptionConfiguration", "AtRestEncryptionConfiguration", "S3EncryptionConfiguration"];
      expect(secured()).toHaveProperty(s3, { EncryptionMode: "SSE-KMS", AwsKmsKey: KEY });
      expect(secured({ encryptS3: false })).not.toHaveProperty(s3);
      expect(secured({ encryptS3: false, encryptDisks: false }).EncryptionConfiguration).toEqual({
        EnableInTransitEncryption: false,
        EnableAtRestEncryption: false,
      });
    },
  ],
  encryptDisks: [
    "is so, unless told otherwise",
    () => {
      const disks = [
        ...["EncryptionConfiguration", "AtRestEncryptionConfiguration", "LocalDiskEncryptionConfiguration"],
      ];
      expect(secured()).toHaveProperty(disks, {
        EncryptionKeyProviderType: "AwsKms",
        AwsKmsKey: KEY,
        EnableEbsEncryption: true,
      });
      expect(secured({ encryptDisks: false })).not.toHaveProperty(disks);
      const tf = sparkCluster({ security: { encryptDisks: false } });
      expect(JSON.stringify(mayDo(tf, "trainer-service"))).not.toContain("kms:");
    },
  ],
  certificate: [
    "is none, unless told",
    () => expect(secured()).toHaveProperty("EncryptionConfiguration.EnableInTransitEncryption", false),
  ],
  metadataTokens: [
    "are wanted, unless told otherwise",
    () => {
      const version = "InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion";
      expect(secured()).toHaveProperty(version, 2);
      expect(secured({ metadataTokens: false })).toHaveProperty(version, 1);
    },
  ],
};

const CERTIFICATE: Checks<CertificateZip> = {
  bucket: [
    "is read by the instances",
    () =>
      expect(mayDo(certified(), "trainer-instance")).toContainEqual({
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::certs/tls/*",
      }),
  ],
  key: [
    "is the zip that encrypts between nodes",
    () =>
      expect(
        JSON.parse(String(certified().one("aws_emr_security_configuration").configuration)),
      ).toMatchObject({
        EncryptionConfiguration: {
          EnableInTransitEncryption: true,
          InTransitEncryptionConfiguration: {
            TLSCertificateConfiguration: {
              CertificateProviderType: "PEM",
              S3Object: "s3://certs/tls/spark.zip",
            },
          },
        },
      }),
  ],
};

test("a job runs as its own role, whatever the security configuration says", () => {
  expect(secured({ encryptS3: false, encryptDisks: false, metadataTokens: false })).toMatchObject({
    AuthorizationConfiguration: { IAMConfiguration: { EnableApplicationScopedIAMRole: true } },
  });
});

testOptions({ SecurityProps: SECURITY, CertificateZip: CERTIFICATE });
