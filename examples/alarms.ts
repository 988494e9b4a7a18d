import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { AlarmTopic, EncryptionKey, MetricAlarm } from "../modules";

const app = new App();
const stack = new TerraformStack(app, "alarms");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });

const key = new EncryptionKey(stack, "Key", { alias: "alias/shop" });
key.grantAlarms();
const topic = new AlarmTopic(stack, "Alarms", {
  ...{ topicName: "shop-alarms", keyAlias: key.alias, emails: ["team@example.com"] },
});
new MetricAlarm(stack, "Full", {
  ...{ topic, alarmName: "shop-orders-late", description: "Orders wait: see why the reader stopped." },
  ...{
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: "orders" },
  },
  ...{ statistic: "Maximum", threshold: 900 },
});

app.synth();
