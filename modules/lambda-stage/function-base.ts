import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { networkInterfaceStatements, Role, TRACING } from "../iam";
import { arnOf, ModuleError } from "../shared";
import { grantKey, LogGroup } from "../storage";
import { addFunctionAlarms } from "./function-alarms";
import { HANDLER } from "./function-bundles";
import type { FunctionOptions } from "./function-props";
import { FUNCTION_DEFAULTS, mistakesInFunction } from "./function-rules";
import { FunctionSecurityGroup } from "./function-security-group";

/**
 * What a function has with a queue before it or without: code, log group, variables under the environment's key,
 * a role and, in a VPC, a security group of its own.
 */
export abstract class FunctionBase extends Construct {
  readonly functionName: string;
  /** Literal. */
  readonly functionArn: string;
  /** Grant it what the function does. */
  readonly role: Role;
  readonly logGroup: LogGroup;
  /** Of the function's own security group; none where it is in no VPC. */
  readonly securityGroupId: string | undefined;
  abstract readonly resource: LambdaFunction;

  /** `mistakes` are those of the subclass: all are said at once. */
  protected constructor(
    scope: Construct,
    id: string,
    functionName: string,
    private readonly options: FunctionOptions,
    mistakes: readonly string[] = [],
  ) {
    super(scope, id);
    const all = [...mistakesInFunction(options), ...mistakes];
    if (all.length > 0) throw new ModuleError(this, all);
    const { description, keyArn, vpc, logRetentionDays = FUNCTION_DEFAULTS.logRetentionDays } = options;
    this.functionName = functionName;
    this.functionArn = arnOf(this, "lambda", `function:${functionName}`);
    this.role = new Role(this, "Role", {
      roleName: functionName,
      service: "lambda.amazonaws.com",
      description,
    });
    this.logGroup = new LogGroup(this, "LogGroup", {
      logGroupName: `/aws/lambda/${functionName}`,
      keyArn,
      retentionDays: logRetentionDays,
    });
    if (vpc) {
      const { vpcId } = vpc;
      const group = new FunctionSecurityGroup(this, "SecurityGroup", { functionName, vpcId });
      this.securityGroupId = group.resource.id;
    }
    this.grantOwn();
  }

  /** To be called once, when the role holds what the function needs to start. */
  protected createFunction(variables: object): LambdaFunction {
    const { description, bundle, keyArn, vpc, reservedConcurrency, alarmTopic: topic } = this.options;
    const {
      memoryMiB = FUNCTION_DEFAULTS.memoryMiB,
      timeoutSeconds = FUNCTION_DEFAULTS.timeoutSeconds,
      ephemeralStorageMiB = FUNCTION_DEFAULTS.ephemeralStorageMiB,
      architecture = FUNCTION_DEFAULTS.architecture,
      tracing = FUNCTION_DEFAULTS.tracing,
      logLevel = FUNCTION_DEFAULTS.logLevel,
    } = this.options;
    const code = new TerraformAsset(this, "Code", { path: bundle.path, type: AssetType.FILE });
    if (topic) addFunctionAlarms(this, { functionName: this.functionName, timeoutSeconds, topic });
    return new LambdaFunction(this, "Resource", {
      functionName: this.functionName,
      description,
      role: this.role.resource.arn,
      runtime: "nodejs22.x",
      architectures: [architecture],
      handler: HANDLER,
      filename: code.path,
      sourceCodeHash: bundle.sha256,
      memorySize: memoryMiB,
      timeout: timeoutSeconds,
      // Said even where it is AWS's own: what is left out stays as it was before.
      ephemeralStorage: { size: ephemeralStorageMiB },
      tracingConfig: { mode: tracing ? "Active" : "PassThrough" },
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
      environment: { variables: { ...variables } },
      kmsKeyArn: keyArn,
      loggingConfig: {
        logFormat: "JSON",
        logGroup: this.logGroup.logGroupName,
        applicationLogLevel: logLevel,
      },
      ...(vpc && this.securityGroupId
        ? { vpcConfig: { subnetIds: vpc.subnetIds, securityGroupIds: [this.securityGroupId] } }
        : {}),
      // Without its log group Lambda makes one itself: not encrypted, kept for ever. Without its policy it can neither
      // join a VPC nor read its variables, and on the way down could not leave the VPC.
      dependsOn: [this.logGroup.resource, ...this.role.ready],
    });
  }

  /**
   * Lambda decrypts the variables in the name of the role. It also gives the role a grant on the key when the function
   * is made, which a role that is made again under its name does not have.
   *
   * @see https://repost.aws/knowledge-center/lambda-kmsaccessdeniedexception-errors
   */
  private grantOwn(): void {
    const { keyAlias, vpc, tracing = FUNCTION_DEFAULTS.tracing } = this.options;
    this.logGroup.grantWrite(this.role);
    grantKey(this, this.role, keyAlias, "lambda", ["kms:Decrypt"]);
    if (tracing) this.role.allow(TRACING);
    if (vpc) for (const statement of networkInterfaceStatements(this)) this.role.allow(statement);
  }
}
