import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  EMULATOR_OF,
  type EmbeddedService,
  type EmulatorEndpoints,
  serviceEndpoints,
} from "../config/emulators";
import { embeddedCredentials } from "../config/home";
import type { PlatformConfig } from "../config/load";
import { namesFor, type PlatformNames } from "../config/naming";
import type { PlatformTag } from "../config/tags-schema";
import { arnOf, keyAliasArn, RemoteState } from "../modules";

/** What every stack of the platform is given. */
export interface PlatformStackProps {
  readonly config: PlatformConfig;
}

/** The services that the platform's stacks call, each at its endpoint when the AWS is embedded. */
const SERVICES = [
  "acm",
  "appautoscaling",
  "athena",
  "cloudwatch",
  "dynamodb",
  "ec2",
  "ecr",
  "ecs",
  "elbv2",
  "emr",
  "glue",
  "iam",
  "kms",
  "lambda",
  "logs",
  "rds",
  "route53",
  "s3",
  "scheduler",
  "secretsmanager",
  "sfn",
  "sns",
  "sqs",
  "ssm",
  "sts",
  "wafv2",
] as const satisfies readonly EmbeddedService[];

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

  /** ARNs of roles and users of the environment's account, from `role/…` and `user/…`. */
  protected principalArns(principals: readonly string[]): string[] {
    return principals.map((principal) => arnOf(this, "iam", principal));
  }

  private createProvider(): void {
    const { region, accountId, project, environment, tags, endpoints } = this.config;
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
      ...(endpoints === undefined ? {} : embeddedProvider(endpoints, accountId)),
    });
  }

  private createState(): void {
    const { region, accountId, endpoints } = this.config;
    new RemoteState(this, {
      bucketName: this.names.stateBucket,
      stateKey: this.names.stateKey(this.stackName),
      region,
      accountId,
      keyAliasArn: keyAliasArn(this, this.names.keyAlias),
      ...(endpoints === undefined
        ? {}
        : { endpoint: { url: endpoints[EMULATOR_OF.s3], ...embeddedKeys(accountId) } }),
    });
  }
}

function embeddedProvider(endpoints: EmulatorEndpoints, accountId: string) {
  return {
    ...embeddedKeys(accountId),
    endpoints: [serviceEndpoints(endpoints, SERVICES)],
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
