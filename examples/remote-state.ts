import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { keyAliasArn, RemoteState } from "../modules";

const app = new App();
const stack = new TerraformStack(app, "orders");
new AwsProvider(stack, "Aws", { region: "eu-central-1", allowedAccountIds: ["111111111111"] });

new RemoteState(stack, {
  bucketName: "shop-state-111111111111",
  stateKey: "shop/dev/orders.tfstate",
  region: "eu-central-1",
  accountId: "111111111111",
  keyAliasArn: keyAliasArn(stack, "alias/shop"),
});

app.synth();
