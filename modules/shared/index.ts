export { type Account, accountOf, arnOf } from "./account";
export { ModuleError } from "./module-error";
export { addWarning } from "./warning";
