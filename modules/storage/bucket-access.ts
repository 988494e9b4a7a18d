import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import type { Construct } from "constructs";

/** Closes a bucket to everybody but whom IAM and `policy` let in: no access is public, and no object has an owner of its own. */
export function closeBucket(scope: Construct, bucketId: string, policy: string): S3BucketPolicy {
  const block = new S3BucketPublicAccessBlock(scope, "PublicAccessBlock", {
    bucket: bucketId,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  new S3BucketOwnershipControls(scope, "Ownership", {
    bucket: bucketId,
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
  return new S3BucketPolicy(scope, "Policy", {
    bucket: bucketId,
    policy,
    // Two changes of one bucket at the same moment answer OperationAborted.
    dependsOn: [block],
  });
}
