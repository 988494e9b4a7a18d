import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Backend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** A stack with its state in S3 and one provider. */
export class BaseStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new S3Backend(this, {
      bucket: "bench-state-123456789012-eu-central-1",
      key: `bench/dev/${id}.tfstate`,
      region: "eu-central-1",
      encrypt: true,
    });
    new AwsProvider(this, "Aws", {
      region: "eu-central-1",
      allowedAccountIds: ["123456789012"],
      defaultTags: [{ tags: { Project: "bench", Environment: "dev" } }],
    });
  }
}
