import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Network } from "../modules";

/** All that a network can be asked for beside its subnets: what the platform's programs call. */
const ENDPOINTS = {
  gatewayEndpoints: ["s3", "dynamodb"],
  interfaceEndpoints: [
    ...["ecr.api", "ecr.dkr", "elasticmapreduce", "kms", "lambda", "logs"],
    ...["monitoring", "secretsmanager", "sqs", "ssm", "states", "sts"],
  ],
} as const;

/** A network of six zones and three tiers, with all endpoints where `BENCH_ENDPOINTS` is set. */
const app = new App();
const stack = new TerraformStack(app, "network");
new AwsProvider(stack, "Aws", { region: "us-east-1", allowedAccountIds: ["123456789012"] });
new Network(stack, "Network", {
  networkName: "bench",
  cidrBlock: "10.0.0.0/16",
  zones: 6,
  tiers: { public: {}, private: {}, isolated: {} },
  flowLogs: "none",
  ...(process.env.BENCH_ENDPOINTS ? ENDPOINTS : {}),
});
app.synth();
