import { runProcess } from "./command";

/** What `terraform plan` finds in a stack that was just applied: "no changes", or its whole text. */
export async function secondPlan(directory: string): Promise<string> {
  const { TF_CLI_CONFIG_FILE: _, ...env } = process.env;
  const args = ["plan", "-detailed-exitcode", "-input=false", "-no-color", "-lock=false"];
  const { code, stdout, stderr } = await runProcess(
    "terraform",
    args,
    { ...env, CHECKPOINT_DISABLE: "1" },
    directory,
  );
  return code === 0 ? "no changes" : `${stdout}${stderr}`;
}
