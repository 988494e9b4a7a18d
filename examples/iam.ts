import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Role, WorkQueue } from "../modules";

const app = new App();
const stack = new TerraformStack(app, "orders");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });

const queue = new WorkQueue(stack, "Orders", { queueName: "orders", keyAlias: "alias/shop" });
const role = new Role(stack, "Reader", {
  roleName: "orders-reader",
  service: "ecs-tasks.amazonaws.com",
  description: "Reads orders",
});
queue.grantConsume(role); // the owner of a resource knows the actions
role.allow({
  actions: ["ssm:GetParameter"],
  resources: ["arn:aws:ssm:eu-central-1:111111111111:parameter/shop"],
});

app.synth();
