import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Bucket, SparkCluster } from "../modules";

const app = new App();
const stack = new TerraformStack(app, "shop");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });
const keyAlias = "alias/shop"; // of a stack that is applied before, as network and buckets are
const keyArn = new DataAwsKmsAlias(stack, "Key", { name: keyAlias }).targetKeyArn;
const artefacts = Bucket.fromName(stack, "Artefacts", { bucketName: "shop-artefacts", keyAlias });
const logs = Bucket.fromName(stack, "Logs", { bucketName: "shop-logs", keyAlias });
const curated = Bucket.fromName(stack, "Curated", { bucketName: "shop-curated", keyAlias });

const spark = new SparkCluster(stack, "Spark", {
  ...{ sparkName: "shop-nightly", description: "Counts the day", keyAlias, keyArn, artefacts, logs },
  ...{ vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d"], schedule: "cron(0 3 * * ? *)" },
  capacity: { groups: { primary: { instanceType: "m7g.xlarge" }, core: { instanceType: "m7g.xlarge" } } },
});
const count = spark.addJob("count", { description: "Counts", entryFile: "examples/handlers/count.py" });
curated.grantRead(count.role, "events/");
app.synth();
