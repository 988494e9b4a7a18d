import { covers, globOf } from "./pattern";

/** Statement of a policy that allows something. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** A way to use a store that somebody should have. */
export interface StoreUse {
  /** What nobody does, such as `reads`. */
  readonly verb: string;
  /** Any of them will do. */
  readonly actions: readonly string[];
  /** What policies name: the ARN of the store, of which its objects and indexes are parts. */
  readonly arn: string;
}

/** The uses for which there is no permission. */
export function unused<Use extends StoreUse>(
  uses: readonly Use[],
  permissions: readonly Permission[],
): Use[] {
  const left = new Map<string, Use[]>();
  for (const use of uses) left.set(use.arn, [...(left.get(use.arn) ?? []), use]);
  for (const { actions, resources } of permissions) {
    for (const arn of resources.flatMap((resource) => storesOf(resource, left))) {
      const still = (left.get(arn) ?? []).filter(
        (use) => !actions.some((action) => covers(action, use.actions)),
      );
      left.set(arn, still);
    }
  }
  return [...left.values()].flat();
}

/** The stores that a resource of a policy is about, or about a part of. */
function storesOf(resource: string, stores: ReadonlyMap<string, unknown>): string[] {
  const whole = storeArn(resource);
  if (!/[*?]/.test(whole)) return [whole];
  const glob = globOf(whole);
  return [...stores.keys()].filter((arn) => glob.test(arn));
}

/** Without the key of an object, the index of a table, the user of a database. */
function storeArn(resource: string): string {
  const service = resource.split(":", 3)[2];
  if (service === "s3") return resource.split("/", 1).join();
  if (service === "dynamodb") return resource.split("/", 2).join("/");
  if (service === "rds-db") return resource.split(":", 6).join(":");
  return resource;
}
