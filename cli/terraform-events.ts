/**
 * One line of `terraform … -json`, as far as this command reads it.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export interface TerraformEvent {
  readonly type: string;
  readonly "@message"?: string;
  readonly hook?: {
    readonly resource?: { readonly addr: string };
    readonly action?: string;
    readonly elapsed_seconds?: number;
  };
  readonly changes?: Changes & { readonly operation: string };
  readonly diagnostic?: Diagnostic;
}

export interface Changes {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}

export const NO_CHANGES: Changes = { add: 0, change: 0, remove: 0 };

export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
}

/** An event, or nothing where the line is not one: Terraform prints plain text before it can do better. */
export function parseEvent(line: string): TerraformEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as TerraformEvent;
  } catch {
    return undefined;
  }
}

/** `3 added, 1 changed, 2 destroyed`, or that nothing changed. */
export function changesText({ add, change, remove }: Changes): string {
  const parts = [
    [add, "added"],
    [change, "changed"],
    [remove, "destroyed"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, verb]) => `${count} ${verb}`);
  return said.length > 0 ? said.join(", ") : "no changes";
}

/**
 * The id of a lock that an earlier run left behind, where Terraform's words are about one. A line of its own:
 * before it, S3 says a `RequestID: …`.
 */
export function lockIdIn(said: string): string | undefined {
  return /^Lock Info:\n\s*ID:\s+(\S+)$/m.exec(said)?.[1];
}
