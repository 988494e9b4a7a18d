import { MANAGED_POLICIES } from "../../cli/access/access-map";
import type { PlatformConfig } from "../../config/load";
import {
  type Catalogue,
  type EnvironmentPolicies,
  type Policy,
  policiesOf,
  type RoleAccess,
  readPolicy,
  type StackText,
} from "../../modules/iam/evaluation";
import { type Names, namesOf } from "./proof-names";
import { ownersOf } from "./proof-owners";
import { type Permits, permitsOf } from "./proof-permits";
import { type ByService, byService } from "./proof-service";
import type { Owner } from "./proof-uses";

/** Something that the policies of an environment let happen and its table of owners does not, or the other way round. */
export interface Finding {
  readonly check: string;
  readonly text: string;
}

/** Who asks, with the policies by the service that is called. */
export interface Speaking extends Pick<RoleAccess, "arn" | "tags"> {
  readonly speaking: (service: string) => ByService;
}

/** A role, and what it is there for. */
export interface OwnedRole extends RoleAccess, Speaking {
  readonly owner: Owner;
  readonly permits: Permits;
  /** Without its boundary. */
  readonly alone: Speaking;
  /** What AWS's own policies say, taken by themselves. */
  readonly managed: readonly Policy[];
}

/** The policies of an environment, beside what they ought to say. */
export interface World {
  readonly config: PlatformConfig;
  readonly names: Names;
  readonly catalogue: Catalogue;
  readonly policies: EnvironmentPolicies;
  /** Whether any policy asks for a key: what none asks for need not be said. */
  readonly asksFor: (key: string) => boolean;
  /** Those that the table knows. */
  readonly roles: readonly OwnedRole[];
  /** Names of roles without a row, and of rows without a role. */
  readonly strays: readonly string[];
  /** Whether the environment has a policy that limits its roles. */
  readonly limit: string | undefined;
}

/** @throws EvaluationError where a policy cannot be read */
export function worldOf(config: PlatformConfig, stacks: readonly StackText[], catalogue: Catalogue): World {
  const names = namesOf(config);
  const policies = policiesOf(stacks, catalogue, { managed: MANAGED_POLICIES });
  const owners = ownersOf(config);
  const asksFor = askedKeys(policies);
  const known = policies.roles.filter(({ name }) => partOf(names, name) in owners);
  return {
    ...{ config, names, catalogue, policies, asksFor },
    roles: known.map((role) => {
      const owner = owners[partOf(names, role.name)] as Owner;
      const tags = Object.fromEntries(
        Object.entries(role.tags).filter(([key]) => asksFor(`aws:PrincipalTag/${key}`)),
      );
      return {
        ...{ ...role, tags, owner, permits: permitsOf(owner, names) },
        speaking: byService(role.identity, role.boundary),
        alone: { arn: role.arn, tags, speaking: byService(role.identity, null) },
        managed: (owner.managed ?? []).map((arn) =>
          readPolicy({ name: arn, kind: "identity", text: MANAGED_POLICIES[arn] ?? "" }, catalogue),
        ),
      };
    }),
    strays: [
      ...policies.roles.filter((role) => !known.includes(role)).map(({ name }) => name),
      ...Object.keys(owners).filter((part) => !known.some(({ name }) => partOf(names, name) === part)),
    ],
    limit: limitIn(stacks),
  };
}

const partOf = ({ base }: Names, role: string) =>
  role.startsWith(`${base}-`) ? role.slice(base.length + 1) : role;

function limitIn(stacks: readonly StackText[]): string | undefined {
  const policies = stacks.flatMap(({ json }) => Object.values(json.resource?.aws_iam_policy ?? {}));
  return policies.map(({ name }) => String(name)).find((name) => name.endsWith("-boundary"));
}

/** A key stands in a condition or in a variable; `aws:ResourceTag/*` for all that begin so. */
function askedKeys(policies: EnvironmentPolicies): World["asksFor"] {
  const text = JSON.stringify(policies).toLowerCase();
  const known = new Map<string, boolean>();
  return (key) => {
    const asked = known.get(key) ?? text.includes(key.toLowerCase().replace(/\*$/, ""));
    known.set(key, asked);
    return asked;
  };
}
