import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { embeddedCredentials } from "../config/home";
import type { PlatformConfig } from "../config/load";
import { namesFor, type PlatformNames } from "../config/naming";
import type { PlatformTag } from "../config/tags-schema";
import { keyAliasArn, RemoteState } from "../modules";

/** What every stack of the platform is given. */
export interface PlatformStackProps {
  readonly config: PlatformConfig;
}

/** The services that the platform's stacks call, each at its endpoint when the AWS is embedded. */
const SERVICES = ["dynamodb", "iam", "kms", "lambda", "logs", "s3", "sqs", "ssm", "sts"] as const;

/** A stack of the platform: one provider, bound to one account, and one state in the environment's bucket. */
export abstract class BaseStack extends TerraformStack {
  readonly config: PlatformConfig;
  readonly names: PlatformNames;
  /** Fields of the contract that the stack publishes, and their kinds; none where all that it makes has a literal name. */
  publishedFields: Readonly<Record<string, string>> | undefined;

  constructor(
    scope: Construct,
    readonly stackName: string,
    { config }: PlatformStackProps,
  ) {
    super(scope, stackName);
    this.config = config;
    this.names = namesFor(config);
    this.createProvider();
    this.createState();
  }

  private createProvider(): void {
    const { region, accountId, project, environment, tags, endpoint } = this.config;
    const platformTags: Record<PlatformTag, string> = {
      project,
      environment,
      stack: this.stackName,
      "managed-by": "groundplan",
    };
    new AwsProvider(this, "Aws", {
      region,
      allowedAccountIds: [accountId],
      defaultTags: [{ tags: { ...tags, ...platformTags } }],
      ...(endpoint === undefined ? {} : embeddedProvider(endpoint, accountId)),
    });
  }

  private createState(): void {
    const { region, accountId, endpoint } = this.config;
    new RemoteState(this, {
      bucketName: this.names.stateBucket,
      stateKey: this.names.stateKey(this.stackName),
      region,
      accountId,
      keyAliasArn: keyAliasArn(this, this.names.keyAlias),
      ...(endpoint === undefined ? {} : { endpoint: { url: endpoint, ...embeddedKeys(accountId) } }),
    });
  }
}

function embeddedProvider(endpoint: string, accountId: string) {
  return {
    ...embeddedKeys(accountId),
    endpoints: [Object.fromEntries(SERVICES.map((service) => [service, endpoint]))],
    s3UsePathStyle: true,
    skipCredentialsValidation: true,
    skipMetadataApiCheck: "true",
    skipRegionValidation: true,
    maxRetries: 2,
  };
}

function embeddedKeys(accountId: string) {
  const { accessKeyId: accessKey, secretAccessKey: secretKey } = embeddedCredentials(accountId);
  return { accessKey, secretKey };
}
