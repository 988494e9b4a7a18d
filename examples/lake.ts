import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Bucket, Lake, Role } from "../modules";

const app = new App();
const stack = new TerraformStack(app, "shop");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });

const keyAlias = "alias/shop"; // of a stack that is applied before, as the buckets are
const keyArn = new DataAwsKmsAlias(stack, "Key", { name: keyAlias }).targetKeyArn;
const source = Bucket.fromName(stack, "Sorted", { bucketName: "shop-sorted-111111111111", keyAlias });
const results = Bucket.fromName(stack, "Queries", { bucketName: "shop-queries-111111111111", keyAlias });
const lake = new Lake(stack, "Orders", {
  ...{ databaseName: "shop", tableName: "orders", workgroupName: "shop", source, results, keyArn },
  prefix: "orders/", // orders/shop=north/month=2026-01/….parquet
  columns: { orderid: "string", amount: "decimal(18,4)" },
  partitions: { shop: "named", month: { firstMonth: "2024-01" } },
});
const principals = ["arn:aws:iam::111111111111:role/analyst"];
lake.grantQuery(new Role(stack, "Reader", { roleName: "reader", description: "Queries orders", principals }));

app.synth();
