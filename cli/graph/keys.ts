import type { GraphEdge } from "./model";
import type { Resources } from "./resources";

/** Who uses which key: resources and roles that name its alias, and resources that are given its ARN by a contract. */
export function keysIn(resources: Resources): GraphEdge[] {
  const keys = resources.all
    .filter(({ type }) => type === "aws_kms_alias")
    .map(({ module, block }) => ({
      module,
      // An alias may begin with another one: `alias/atlas-dev`, `alias/atlas-dev-logs`.
      pattern: new RegExp(`\\b${String(block.name).replaceAll(".", "\\.")}(?![\\w/-])`),
    }));
  return keys.flatMap(({ module: to, pattern }) => {
    const users = resources.all.filter(
      ({ module, block }) => module !== to && pattern.test(JSON.stringify(block)),
    );
    return [...new Set(users.map(({ module }) => module))].map(
      (from): GraphEdge => ({ kind: "key", from, to, labels: [] }),
    );
  });
}
