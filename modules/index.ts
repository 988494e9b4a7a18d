export * from "./alarms";
export * from "./ecs-service";
export * from "./iam";
export * from "./lambda-stage";
export * from "./network";
export * from "./remote-state";
export { type Account, accountOf, addWarning, arnOf, ModuleError } from "./shared";
export * from "./spark-cluster";
export * from "./storage";
