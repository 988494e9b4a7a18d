import { TerraformResource, Token } from "cdktf";
import type { IConstruct } from "constructs";

/** A resource as it will be written, overrides and all. */
export interface FinalResource {
  readonly path: string;
  readonly construct: TerraformResource;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The resources of an app by type, of these types only, in one walk. */
export function resourcesOf(
  root: IConstruct,
  types: readonly string[],
): ReadonlyMap<string, readonly FinalResource[]> {
  const found = new Map<string, FinalResource[]>(types.map((type) => [type, []]));
  for (const construct of root.node.findAll()) {
    if (!TerraformResource.isTerraformResource(construct)) continue;
    const list = found.get(construct.terraformResourceType);
    const attributes = list && attributesOf(construct);
    if (attributes) list.push({ path: construct.node.path, construct, attributes });
  }
  return found;
}

/** Nothing where another stack has taken the resource over. */
export function attributesOf(resource: TerraformResource): Record<string, unknown> | undefined {
  const { resource: types } = resource.toTerraform();
  return types?.[resource.terraformResourceType]?.[resource.friendlyUniqueId];
}

/** A text that is known now. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && !Token.isUnresolved(value) ? value : undefined;
}

/** A number that is known now, `fallback` where none is given. */
export function number(value: unknown, fallback: number): number | undefined {
  if (value === undefined || value === null) return fallback;
  if (Token.isUnresolved(value)) return undefined;
  const known = Number(value);
  return Number.isNaN(known) ? undefined : known;
}

/** A list that may have been written as a single value. */
export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}
