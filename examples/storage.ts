import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Bucket, EncryptionKey, ObjectTopic, Table, WorkQueue } from "../modules";

const app = new App();
const stack = new TerraformStack(app, "shop");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });

const keyAlias = "alias/shop";
const key = new EncryptionKey(stack, "Key", { alias: keyAlias });
const raw = new Bucket(stack, "Raw", { bucketName: "shop-raw-111111111111", keyAlias });
const topic = new ObjectTopic(stack, "New", { topicName: "new", keyAlias, source: raw, prefix: "orders/" });
key.grantNotifications([raw.bucketArn]);
key.grantTopics([topic.topicArn]);
for (const queueName of ["billing", "shipping"]) {
  topic.subscribe(stack, `To-${queueName}`, new WorkQueue(stack, queueName, { queueName, keyAlias }));
}
new Table(stack, "Figures", { tableName: "figures", partitionKey: "shopId", keyAlias, keyArn: key.keyArn });

app.synth();
