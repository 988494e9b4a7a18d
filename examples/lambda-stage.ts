import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Bucket, bundleFunctions, LambdaStage } from "../modules";

const entries = { orders: "examples/handlers/orders.ts" };
const bundles = bundleFunctions({ entries, directory: "cdktf.out/functions" });
const app = new App();
const stack = new TerraformStack(app, "orders");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });

const keyAlias = "alias/shop"; // of a stack that is applied before, as the buckets are
const keyArn = new DataAwsKmsAlias(stack, "Key", { name: keyAlias }).targetKeyArn;
const raw = Bucket.fromName(stack, "Raw", { bucketName: "shop-raw-111111111111", keyAlias });
const sorted = Bucket.fromName(stack, "Sorted", { bucketName: "shop-sorted-111111111111", keyAlias });
const stage = new LambdaStage<{ TARGET: string; QUEUE_URL: string }>(stack, "Orders", {
  ...{ stageName: "orders", description: "Sorts orders", bundle: bundles.orders, keyAlias, keyArn },
  ...{ source: raw, prefix: "orders/", environment: { TARGET: sorted.bucketName } },
});
sorted.grantWrite(stage.role, "orders/");

app.synth();
