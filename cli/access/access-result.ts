import type { AccessMap } from "./access-map";
import type { Grant } from "./who-can";

/** A map, files of one, or who may. */
export type AccessResult =
  | AccessMap
  | { readonly paths: readonly string[] }
  | { readonly action: string; readonly arn: string; readonly grants: readonly Grant[] };
