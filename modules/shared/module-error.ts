import type { IConstruct } from "constructs";

/** A module was given props that break a rule. The message reads `path: prop rule, got value`. */
export class ModuleError extends Error {
  override readonly name = "ModuleError";

  constructor(scope: IConstruct, mistakes: string | readonly string[]) {
    super(
      [mistakes]
        .flat()
        .map((mistake) => `${scope.node.path}: ${mistake}`)
        .join("\n"),
    );
  }
}
