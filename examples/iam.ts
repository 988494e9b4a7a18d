import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { DeployRoles, github, PermissionsBoundary, Role, WorkQueue } from "../modules";

const app = new App();
const stack = new TerraformStack(app, "orders");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });
const names = { project: "shop", environment: "dev", keyAlias: "alias/shop-dev" };

const boundary = new PermissionsBoundary(stack, "Boundary", { ...names, boundaryName: "shop-dev" });
boundary.applyTo(stack); // the most that any role of the stack may do
const queue = new WorkQueue(stack, "Orders", { queueName: "shop-dev-orders", keyAlias: names.keyAlias });
const role = new Role(stack, "Reader", {
  roleName: "shop-dev-reader",
  service: "ecs-tasks.amazonaws.com",
  description: "Reads orders",
});
queue.grantConsume(role); // the owner of a resource knows the actions

const ci = github({ repository: "acme/shop", applyEnvironment: "dev" });
new DeployRoles(stack, "Deploy", { ...names, boundary, ci, stateBucketName: "shop-dev-states" });

app.synth();
