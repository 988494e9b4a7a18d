import { KINDS, standsAlone, wordFor } from "./kinds";
import type { GraphNode } from "./model";
import { networkFacts } from "./network-facts";
import { nameOf, type Resource } from "./resources";

/** The nodes of a stack's resources: a module each, unless it only completes what another one makes. */
export function nodesOf(resources: readonly Resource[]): GraphNode[] {
  const modules = new Map<string, Resource[]>();
  for (const resource of resources) {
    modules.set(resource.module, [...(modules.get(resource.module) ?? []), resource]);
  }
  return [...modules]
    .filter(([, owned]) => owned.some(({ type }) => standsAlone(type)))
    .map(([id, owned]) => nodeOf(id, owned));
}

const WEIGHTS = Object.keys(KINDS);

function nodeOf(id: string, owned: readonly Resource[]): GraphNode {
  const known = owned.filter(({ type }) => type in KINDS).sort((a, b) => weightOf(a) - weightOf(b));
  const major = known.filter(({ type }) => KINDS[type]?.minor !== true);
  const shown =
    major.length > 0 ? major : known.length > 0 ? known : owned.filter(({ type }) => standsAlone(type));
  const [main] = shown;
  return {
    id,
    title: wordsOf(id.split("/")[1] ?? id),
    family: KINDS[main?.type ?? ""]?.family ?? "other",
    kind: [...new Set(shown.map(({ type }) => wordFor(type)))].join(" + "),
    name: main === undefined ? "" : nameIn(owned, main),
    facts: networkFacts(owned),
    resources: owned.length,
  };
}

/** Of its main resource; a key is called by its alias. */
function nameIn(owned: readonly Resource[], main: Resource): string {
  const alias = owned.find(({ type }) => type === "aws_kms_alias" && main.type === "aws_kms_key");
  return nameOf(alias ?? main);
}

function weightOf({ type }: Resource): number {
  return WEIGHTS.indexOf(type);
}

/** `AccessLogs` → `Access logs`; abbreviations stay as they are. */
function wordsOf(id: string): string {
  const words = id.replace(/([a-z0-9])([A-Z])/g, "$1 $2").split(" ");
  return words
    .map((word, index) => (index > 0 && /^[A-Z][a-z]/.test(word) ? word.toLowerCase() : word))
    .join(" ");
}
