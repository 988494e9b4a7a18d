import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  EMULATOR_OF,
  type EmbeddedService,
  type EmulatorEndpoints,
  serviceEndpoints,
} from "../config/emulators";
import type { PlatformConfig } from "../config/load";
import { namesFor, type PlatformNames } from "../config/naming";
import type { PlatformTag } from "../config/tags-schema";
import {
  arnOf,
  emrServiceStatements,
  keyAliasArn,
  PermissionsBoundary,
  type PermissionsBoundaryProps,
  RemoteState,
} from "../modules";
import { type EmbeddedIdentity, embeddedIdentity } from "./embedded-identity";

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

/** Services of the library that no stack of the platform uses; its boundary has no room for all. */
const UNUSED = ["ecs", "elasticfilesystem", "emr-serverless", "events", "firehose", "lambda", "ssm"];

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
    const provider = this.createProvider();
    this.createState(this.identify(provider));
    this.limitRoles();
  }

  /** ARNs of roles and users of the environment's account, from `role/…` and `user/…`. */
  protected principalArns(principals: readonly string[]): string[] {
    return principals.map((principal) => arnOf(this, "iam", principal));
  }

  /** What the environment's boundary admits, for the stack that makes it and for those that only put it on their roles. */
  protected boundaryProps(): PermissionsBoundaryProps {
    const { project, environment, spark } = this.config;
    const { boundary: boundaryName, keyAlias, spark: sparkName } = this.names;
    return {
      ...{ project, environment, keyAlias, boundaryName },
      exceptServices: UNUSED,
      ...(spark === undefined ? {} : { statements: emrServiceStatements(this, `${sparkName}-service`) }),
    };
  }

  /** No role of the stack may do more than the boundary admits, whatever is granted to it. */
  protected limitRoles(): void {
    PermissionsBoundary.fromName(this, "Boundary", this.boundaryProps()).applyTo(this);
  }

  /** Whether a person applies it, because who deploys the other stacks comes from it, or stands on it. */
  protected get isAppliedByPerson(): boolean {
    return false;
  }

  private createProvider(): AwsProvider {
    const { region, accountId, project, environment, tags, endpoints } = this.config;
    const platformTags: Record<PlatformTag, string> = {
      project,
      environment,
      stack: this.stackName,
      "managed-by": "groundplan",
    };
    return new AwsProvider(this, "Aws", {
      region,
      allowedAccountIds: [accountId],
      defaultTags: [{ tags: { ...tags, ...platformTags } }],
      ...(endpoints === undefined ? {} : embeddedProvider(endpoints)),
    });
  }

  /** Gives the provider an identity on an embedded AWS; on AWS it finds its own. */
  private identify(provider: AwsProvider): EmbeddedIdentity | undefined {
    if (this.config.endpoints === undefined) return undefined;
    const identity = embeddedIdentity(this, this.config, this.isAppliedByPerson);
    if ("roleArn" in identity) provider.assumeRoleWithWebIdentity = [identity];
    else Object.assign(provider, identity);
    return identity;
  }

  private createState(identity: EmbeddedIdentity | undefined): void {
    const { region, accountId, endpoints } = this.config;
    new RemoteState(this, {
      bucketName: this.names.stateBucket,
      stateKey: this.names.stateKey(this.stackName),
      region,
      accountId,
      keyAliasArn: keyAliasArn(this, this.names.keyAlias),
      ...(endpoints && identity ? { endpoint: { url: endpoints[EMULATOR_OF.s3], identity } } : {}),
    });
  }
}

function embeddedProvider(endpoints: EmulatorEndpoints) {
  return {
    endpoints: [serviceEndpoints(endpoints, SERVICES)],
    s3UsePathStyle: true,
    skipCredentialsValidation: true,
    skipMetadataApiCheck: "true",
    skipRegionValidation: true,
    maxRetries: 2,
  };
}
