import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { EncryptionKey, flowLogGroup, Network } from "../modules";

const app = new App();
const stack = new TerraformStack(app, "network");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });

const key = new EncryptionKey(stack, "Key", { alias: "alias/shop" });
const networkName = "shop";
key.grantLogGroups([`arn:aws:logs:eu-central-1:111111111111:log-group:${flowLogGroup(networkName)}`]);
const network = new Network(stack, "Network", {
  networkName,
  cidrBlock: "10.20.0.0/16",
  zones: 3,
  tiers: { public: {}, private: {} }, // and later `isolated: {}`: nothing moves
  nat: "single",
  gatewayEndpoints: ["s3"],
  flowLogs: { destination: "cloudwatch", retentionDays: 30, keyArn: key.keyArn },
});
new TerraformOutput(stack, "Subnets", { value: network.subnetIds("private") });

app.synth();
