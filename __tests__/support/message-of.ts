import { ModuleError } from "../../modules";

/** The message of the ModuleError that `action` throws; any other error, or none, fails the test. */
export function messageOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ModuleError) return error.message;
    throw error;
  }
  throw new Error("expected a ModuleError, nothing was thrown");
}
