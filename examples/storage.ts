import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Bucket, EncryptionKey, Table, WorkQueue } from "../modules";

const app = new App();
const stack = new TerraformStack(app, "shop");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });

const keyAlias = "alias/shop";
const key = new EncryptionKey(stack, "Key", { alias: keyAlias });
const raw = new Bucket(stack, "Raw", { bucketName: "shop-raw-111111111111", keyAlias });
key.grantNotifications([raw.bucketArn]);
new WorkQueue(stack, "Orders", { queueName: "orders", keyAlias });
new Table(stack, "Figures", { tableName: "figures", partitionKey: "shopId", keyAlias, keyArn: key.keyArn });

app.synth();
