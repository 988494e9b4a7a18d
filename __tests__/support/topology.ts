import { firstOf, listOf, refersTo, resources } from "./policies";
import type { Block, StackJson } from "./synth";

/** What reaches a subnet: the internet, only its answers, nothing; none where its `Name` does not say. */
export type SubnetTier = "public" | "private" | "isolated" | undefined;

/** A subnet is of the tier that its `Name` tag says, as `atlas-dev-public-a`. */
export function tierOf(subnet: Block): SubnetTier {
  const { Name } = (subnet.tags ?? {}) as { readonly Name?: unknown };
  const [, tier] = /-(public|private|isolated)-[a-f]$/.exec(String(Name)) ?? [];
  return tier as SubnetTier;
}

/** Whether every one of these references is to a subnet of the public tier, here or by the network's contract. */
export function areAllPublic(json: StackJson, subnets: unknown): boolean {
  const references = listOf(subnets).filter((reference) => reference !== undefined);
  return references.length > 0 && references.every((reference) => isPublic(json, String(reference)));
}

function isPublic(json: StackJson, reference: string): boolean {
  const [, subnet] = resources(json, "aws_subnet").find(([address]) => refersTo(reference, address)) ?? [];
  if (subnet !== undefined) return tierOf(subnet) === "public";
  // Only the list itself, or one of it by number: an expression may hold other lists too.
  return /^\$\{jsondecode\(data\.aws_ssm_parameter\.\w+\.insecure_value\)\.publicSubnetIds(\[\d+])?}$/.test(
    reference,
  );
}

/** The subnets that use a route table. */
export function subnetsOf(json: StackJson, table: string): Block[] {
  return resources(json, "aws_route_table_association")
    .filter(([, { route_table_id }]) => refersTo(route_table_id, table))
    .flatMap(([, { subnet_id }]) => resources(json, "aws_subnet").filter(([id]) => refersTo(subnet_id, id)))
    .map(([, subnet]) => subnet);
}

/** A default route, or half of one. */
export const isWide = (block: unknown): boolean => {
  const [, length] = /\/(\d+)$/.exec(String(block)) ?? [];
  return length !== undefined && Number(length) < 8;
};

/** What a stack publishes in its contract: field → the references in it, one for an id, any number for a list. */
export function contractLists(json: StackJson): Record<string, string[]> {
  const value = String(firstOf(json, "aws_ssm_parameter").insecure_value);
  const [, fields = ""] = /^\$\{jsonencode\(\{(.*)}\)}$/.exec(value) ?? [];
  return Object.fromEntries(
    [...fields.matchAll(/"(\w+)" = (?:\[([^\]]*)]|([\w.]+))/g)].map(([, field = "", list, one = ""]) => [
      field,
      list === undefined ? [one] : list.split(", ").filter((reference) => reference !== ""),
    ]),
  );
}
