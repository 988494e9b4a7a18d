import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { bundleFunctions, NodeFunction, Postgres } from "../modules";

const entries = { orders: "examples/handlers/orders.ts" };
const bundles = bundleFunctions({ entries, directory: "cdktf.out/functions" });
const app = new App();
const stack = new TerraformStack(app, "shop");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });

const keyAlias = "alias/shop"; // of a stack that is applied before, as the network is
const keyArn = new DataAwsKmsAlias(stack, "Key", { name: keyAlias }).targetKeyArn;
const vpc = { vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"] };
const postgres = new Postgres(stack, "Orders", {
  ...{ clusterName: "shop-orders", databaseName: "orders", keyAlias, keyArn, ...vpc },
});
const writer = new NodeFunction<{ DATABASE_HOST: string }>(stack, "Writer", {
  ...{ functionName: "shop-writer", description: "Writes orders", bundle: bundles.orders, keyAlias, keyArn },
  ...{ vpc, environment: { DATABASE_HOST: postgres.host } },
});
postgres.grantConnect(writer, "shop_dev_writer");

app.synth();
