export { bundleFunctions, type FunctionBundle, type FunctionBundlesProps } from "./function-bundles";
export type { FunctionOptions, FunctionVpc, LogLevel, NodeFunctionProps } from "./function-props";
export { LambdaStage } from "./lambda-stage";
export { NodeFunction } from "./node-function";
export type { LambdaStageProps } from "./stage-props";
