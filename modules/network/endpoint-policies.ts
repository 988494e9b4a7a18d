import { policyJson, type ResourceStatement } from "../iam";
import type { Account } from "../shared";

/**
 * What programs do with objects. An endpoint policy is a ceiling over roles, not a grant; setting up buckets is
 * no business of what runs in the network.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
const OBJECT_ACTIONS = [
  ...["GetObject", "GetObjectAttributes", "GetObjectTagging", "GetObjectVersion", "PutObject"],
  ...["PutObjectTagging", "DeleteObject", "DeleteObjectVersion", "AbortMultipartUpload"],
  ...["ListMultipartUploadParts", "ListBucket", "ListBucketVersions", "ListBucketMultipartUploads"],
  ...["GetBucketLocation"],
].map((action) => `s3:${action}`);

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
const ITEM_ACTIONS = [
  ...["BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "DescribeTable", "GetItem"],
  ...["PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate", "PutItem", "Query", "Scan"],
  ...["UpdateItem"],
].map((action) => `dynamodb:${action}`);

/**
 * Buckets that AWS keeps and that its services read through the endpoint, without which images are not pulled,
 * clusters do not start and packages are not found:
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/private-subnet-iampolicy.html
 * @see https://docs.aws.amazon.com/linux/al2023/ug/repositories.html
 */
function serviceBuckets(region: string): string[] {
  const data = region === "ap-southeast-2" ? "aws157-instance-data-bucket" : "aws157-instance-data";
  return [
    `prod-${region}-starport-layer-bucket`,
    `al2023-repos-${region}-de612dc2`,
    `amazonlinux-2-repos-${region}`,
    `amazonlinux.${region}.amazonaws.com`,
    `${region}.elasticmapreduce`,
    `repo.${region}.emr.amazonaws.com`,
    `${data}-0-prod-${region}`,
    `${data}-1-prod-${region}`,
  ];
}

/**
 * Buckets that AWS keeps and that a cluster of EMR writes to: its system logs, and the history of its
 * applications, which it also reads.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/private-subnet-iampolicy.html
 */
function emrStatements({ partition, region }: Account): ResourceStatement[] {
  const logs = region === "us-east-1" ? "aws157-logs-prod" : `aws157-logs-prod-${region}`;
  const history = `arn:${partition}:s3:::prod.${region}.appinfo.src`;
  return [
    { principal: "*", actions: ["s3:PutObject"], resources: [`arn:${partition}:s3:::${logs}/*`] },
    {
      principal: "*",
      actions: ["GetObject", "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"].map(
        (action) => `s3:${action}`,
      ),
      resources: [`${history}/*`],
    },
  ];
}

/**
 * Lets the account's own roles reach the account's own buckets, anybody read what AWS keeps for its services
 * (package managers ask without signing), and the account's roles read `readableBuckets`. Data cannot leave
 * through the endpoint into a bucket of another account.
 */
export function s3EndpointPolicy(account: Account, readableBuckets: readonly string[]): string {
  const { partition, accountId, region } = account;
  const objects = (names: readonly string[]) => names.map((name) => `arn:${partition}:s3:::${name}/*`);
  const ours = { "aws:PrincipalAccount": accountId };
  return policyJson([
    {
      principal: "*",
      actions: OBJECT_ACTIONS,
      resources: [`arn:${partition}:s3:::*`],
      conditions: { StringEquals: { ...ours, "aws:ResourceAccount": accountId } },
    },
    { principal: "*", actions: ["s3:GetObject"], resources: objects(serviceBuckets(region)) },
    ...emrStatements(account),
    ...(readableBuckets.length === 0
      ? []
      : [
          {
            principal: "*" as const,
            actions: ["s3:GetObject", "s3:ListBucket"],
            resources: [
              ...readableBuckets.map((name) => `arn:${partition}:s3:::${name}`),
              ...objects(readableBuckets),
            ],
            conditions: { StringEquals: ours },
          },
        ]),
  ]);
}

/** Lets the account's own roles reach the account's own tables in the region. */
export function dynamodbEndpointPolicy({ partition, accountId, region }: Account): string {
  return policyJson([
    {
      principal: "*",
      actions: ITEM_ACTIONS,
      resources: [`arn:${partition}:dynamodb:${region}:${accountId}:table/*`],
      conditions: { StringEquals: { "aws:PrincipalAccount": accountId } },
    },
  ]);
}
