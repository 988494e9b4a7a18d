import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { Construct } from "constructs";
import type { Grantee } from "../iam";
import { FunctionBase } from "./function-base";
import type { NodeFunctionProps } from "./function-props";

/**
 * A function that is called by name: Node 22, with a log group and a role of its own, and a security group in a VPC.
 * The type parameter is the function's own contract: a variable that is left out does not compile.
 */
export class NodeFunction<Environment extends object> extends FunctionBase {
  readonly resource: LambdaFunction;

  /** @throws ModuleError with every prop that breaks a rule */
  constructor(scope: Construct, id: string, props: NodeFunctionProps<Environment>) {
    const { functionName, environment, ...options } = props;
    super(scope, id, functionName, options);
    this.resource = this.createFunction(environment);
  }

  /** Lets `grantee` call the function, and learn what it answers. */
  grantInvoke(grantee: Grantee): void {
    grantee.allow({ actions: ["lambda:InvokeFunction"], resources: [this.functionArn] });
  }
}
