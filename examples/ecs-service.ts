import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { EcrRepository, EcsCluster, EcsService, FargateTask, LoadBalancer } from "../modules";

const app = new App();
const stack = new TerraformStack(app, "shop");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });
const keyAlias = "alias/shop"; // of a stack that is applied before, as the network is
const keyArn = new DataAwsKmsAlias(stack, "Key", { name: keyAlias }).targetKeyArn;
const vpc = { vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"] };

const cluster = new EcsCluster(stack, "Cluster", { clusterName: "shop", keyAlias, keyArn });
const images = new EcrRepository(stack, "Images", { repositoryName: "shop-orders", keyArn });
const task = new FargateTask(stack, "Task", {
  ...{ taskName: "shop-orders", description: "Shows orders", cluster, keyAlias, keyArn, port: 8080 },
  ...{ image: images.image(`sha256:${"0".repeat(64)}`), size: { cpuUnits: 512, memoryMiB: 1024 } },
});
const balancer = new LoadBalancer(stack, "Balancer", {
  ...{ balancerName: "shop", ...vpc, allowFrom: ["10.0.0.0/8"], domainName: "orders.example.com" },
});
const front = { balancer, healthPath: "/ready", serverGraceSeconds: 20 };
new EcsService(stack, "Orders", { serviceName: "shop-orders", cluster, task, ...vpc, ...front });
app.synth();
