export { bundleFunctions, type FunctionBundle, type FunctionBundlesProps } from "./function-bundles";
export { LambdaStage, type LambdaStageProps } from "./lambda-stage";
