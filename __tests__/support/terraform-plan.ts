import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTerraform, terraformEnvironment } from "../../local/terraform";
import { runProcess } from "./command";

/** One resource of a plan, and what would be done to it. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly after: Readonly<Record<string, unknown>> | null;
    readonly after_unknown: Readonly<Record<string, unknown>>;
    readonly after_sensitive: Readonly<Record<string, unknown>> | boolean;
  };
}

/** What `terraform plan` would do in the folder of a stack, made ready first. */
export class TerraformPlan {
  private constructor(
    private readonly run: (...args: string[]) => Promise<string>,
    readonly directory: string,
    /** Every resource, also those that stay as they are. */
    readonly changes: readonly PlannedChange[],
    /** Path of the plan as JSON, for tools that read one. */
    readonly jsonFile: string,
  ) {}

  static async of(directory: string): Promise<TerraformPlan> {
    const { path } = await findTerraform();
    const env = await terraformEnvironment();
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runProcess(path, args, env, directory);
      if (code !== 0) throw new Error(`terraform ${args[0]} in ${directory}: ${stdout}${stderr}`);
      return stdout;
    };
    await run("init", "-reconfigure", "-no-color");
    await run("plan", "-out=plan.bin", "-lock=false", "-no-color");
    const json = await run("show", "-json", "plan.bin");
    const jsonFile = join(directory, "plan.json");
    writeFileSync(jsonFile, json);
    const { resource_changes: changes = [] } = JSON.parse(json) as { resource_changes?: PlannedChange[] };
    return new TerraformPlan(run, directory, changes, jsonFile);
  }

  /** Does it. */
  async apply(): Promise<void> {
    await this.run("apply", "-no-color", "plan.bin");
  }

  /** Addresses of what would be changed, by what would be done: `create`, `update`, `delete`, `delete+create`. */
  get actions(): Readonly<Record<string, readonly string[]>> {
    const found: Record<string, string[]> = {};
    for (const { address, change } of this.changes) {
      const action = change.actions.join("+");
      if (action === "no-op" || action === "read") continue;
      found[action] = [...(found[action] ?? []), address];
    }
    return found;
  }
}
