import type { EdgeLabel, ForeignGrant, GraphEdge } from "./model";
import { listOf, type Resource, type Resources } from "./resources";
import { inOrder, verbOf, writes } from "./verbs";

/** A statement as AWS reads it. */
interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** What the roles of the platform may do: with each other's resources, and elsewhere. */
export interface Grants {
  readonly grants: readonly GraphEdge[];
  /** The data that those grants let flow. */
  readonly flows: readonly GraphEdge[];
  readonly elsewhere: readonly ForeignGrant[];
}

/** Module → module → part of the resource (an S3 prefix, else nothing) → verbs. */
type Access = Map<string, Map<string, Map<string, Set<string>>>>;

/** Reads the roles' policies. A module's right to its own resources is its own matter and left out. */
export function grantsIn(resources: Resources): Grants {
  const access: Access = new Map();
  const elsewhere: ForeignGrant[] = [];
  for (const policy of resources.all.filter(({ type }) => type === "aws_iam_role_policy")) {
    const from =
      resources.find(policy.stack, policy.block.role, "aws_iam_role")?.resource.module ?? policy.module;
    for (const { resource: arn, verbs: said } of statementsIn(policy)) {
      const target = resources.find(policy.stack, arn);
      const verbs = target?.resource.type === "aws_rds_cluster" ? verbsOfUser(target.rest) : said;
      if (target === undefined) elsewhere.push({ from, resource: arn, verbs });
      else if (target.resource.module !== from) {
        const part = target.resource.type === "aws_s3_bucket" ? target.rest.replace(/\*$/, "") : "";
        add(access, from, target.resource.module, part, verbs);
      }
    }
  }
  const pairs = [...access].flatMap(([from, targets]) =>
    [...targets].map(([to, parts]) => ({ from, to, parts })),
  );
  return {
    grants: pairs.map(({ from, to, parts }) => ({ kind: "grant", from, to, labels: labelsOf(parts) })),
    flows: pairs
      .filter(({ parts }) => [...parts.values()].some(writes))
      .map(({ from, to }) => ({ kind: "flow", from, to, labels: [] })),
    elsewhere,
  };
}

/** What a user of a database may do is the database's own matter; ours are called by it: `atlas_dev_writer`. */
function verbsOfUser(user: string): readonly string[] {
  return user.endsWith("_writer") ? ["write"] : ["read"];
}

/** Allowed verbs by ARN. Keys and logs are no data, and `*` names nothing. */
function statementsIn({ block }: Resource): { resource: string; verbs: string[] }[] {
  const { Statement } = JSON.parse(String(block.policy)) as { Statement: Statement | readonly Statement[] };
  return listOf(Statement)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource }) => {
      const actions = listOf(Action).filter((action) => !/^(kms|logs):/.test(action));
      if (actions.length === 0) return [];
      const verbs = inOrder(actions.map(verbOf));
      return listOf(Resource)
        .filter((resource) => resource !== "*")
        .map((resource) => ({ resource, verbs }));
    });
}

function add(access: Access, from: string, to: string, part: string, verbs: readonly string[]): void {
  const targets = access.get(from) ?? new Map<string, Map<string, Set<string>>>();
  const parts = targets.get(to) ?? new Map<string, Set<string>>();
  parts.set(part, new Set([...(parts.get(part) ?? []), ...verbs]));
  access.set(from, targets.set(to, parts));
}

/** One label for the parts that share their verbs. */
function labelsOf(parts: ReadonlyMap<string, ReadonlySet<string>>): EdgeLabel[] {
  const labels = new Map<string, EdgeLabel>();
  for (const [part, found] of [...parts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const verbs = inOrder(found);
    const names = labels.get(verbs.join())?.names ?? [];
    const isSaid = part === "" || names.some((name) => part.startsWith(name));
    labels.set(verbs.join(), { verbs, names: isSaid ? names : [...names, part] });
  }
  return [...labels.values()];
}
