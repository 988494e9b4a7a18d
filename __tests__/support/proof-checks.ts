import { EvaluationError, type Policy } from "../../modules/iam/evaluation";
import { boundaryFindings, limitFindings } from "./proof-boundary";
import { countOf, neighbourProbesOf, type Probe, probesOf } from "./proof-probes";
import { roleProbesOf } from "./proof-roles";
import { judge } from "./proof-stores";
import { takingCount, takingFindings } from "./proof-taking";
import { visitorFindings } from "./proof-visitors";
import type { Finding, OwnedRole, World } from "./proof-world";

/** What a change of an environment's policies has left as it was. */
export interface Untouched {
  role(role: OwnedRole): boolean;
  /** Whether the policy of what is asked for is the same. */
  probe(probe: Probe): boolean;
  boundary(boundary: Policy | null): boolean;
}

const NOTHING: Untouched = { role: () => false, probe: () => false, boundary: () => false };

/** Everything that is asked of an environment. */
function askedOf(world: World) {
  return { stores: probesOf(world), roles: roleProbesOf(world), neighbours: neighbourProbesOf(world) };
}

/** What is the same in another world. */
export function untouchedSince(world: World): Untouched {
  const { stores, roles, neighbours } = askedOf(world);
  const roleText = ({ arn, identity, boundary, trust, tags }: OwnedRole) =>
    JSON.stringify([arn, identity, boundary, trust, tags]);
  const probeText = ({ arn, account, policy }: Probe) => `${arn} ${account} ${policy && textOf(policy)}`;
  const boundaries = world.roles.map(({ boundary }) => JSON.stringify(boundary));
  const known = new Set([
    ...world.roles.map(roleText),
    ...[...stores, ...roles, ...neighbours].map(probeText),
  ]);
  return {
    role: (role) => known.has(roleText(role)),
    probe: (probe) => known.has(probeText(probe)),
    boundary: (boundary) => boundaries.includes(JSON.stringify(boundary)),
  };
}

/** A bucket's policy is that of all its objects: written out once. */
const texts = new WeakMap<Policy, string>();
function textOf(policy: Policy): string {
  const text = texts.get(policy) ?? JSON.stringify(policy);
  texts.set(policy, text);
  return text;
}

/**
 * Everything that is wrong with who may do what in an environment.
 *
 * @param untouched what needs no look because nothing was found there before
 */
export function findingsIn(world: World, untouched: Untouched = NOTHING): Finding[] {
  const { stores, roles, neighbours } = askedOf(world);
  const touched = world.roles.filter((role) => !untouched.role(role));
  const fresh = (probes: readonly Probe[]) => probes.filter((probe) => !untouched.probe(probe));
  const asked = world.roles.flatMap((role) => {
    const of = (probes: readonly Probe[], check: string) =>
      (touched.includes(role) ? probes : fresh(probes)).flatMap((probe) => judge(world, role, probe, check));
    return [...of(stores, "stores"), ...of(roles, "roles"), ...of(neighbours, "neighbours")];
  });
  return [
    ...world.strays.map((name) => ({
      check: "strays",
      text: `${name} is either a role or in the table, not both`,
    })),
    ...asked,
    ...touched.flatMap((role) => [
      ...guarded(() => takingFindings(world, role)),
      ...limitFindings(world, role),
      ...unaskedOf(role, [...stores, ...roles]),
    ]),
    ...fresh(visited(stores)).flatMap((probe) => visitorFindings(world, probe)),
    ...(world.roles.some(({ boundary }) => !untouched.boundary(boundary))
      ? guarded(() => boundaryFindings(world, [...neighbours.filter((probe) => !isCommon(probe)), ...roles]))
      : []),
  ];
}

/** What a boundary limits by account and conditions, as AWS makes the names; and ARNs of S3 say no account. */
const isCommon = ({ arn, account }: Probe) =>
  /:(kms|elasticmapreduce|secretsmanager):/.test(arn) || (arn.includes(":s3:") && account === "999999999999");

/** Stores, and one object of each bucket with that which a service writes. */
function visited(probes: readonly Probe[]): Probe[] {
  return probes.filter(
    ({ arn }) => !arn.includes(":s3:") || !arn.includes("/") || /\/(other|.*AWSLogs.*)\/a$/.test(arn),
  );
}

function guarded(find: () => Finding[]): Finding[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof EvaluationError) return [{ check: "readable", text: error.message }];
    throw error;
  }
}

/** A row of the table that nothing was asked about proves nothing. */
function unaskedOf({ name, permits }: OwnedRole, probes: readonly Probe[]): Finding[] {
  const used = new Set(
    probes.flatMap(({ arn, calls }) =>
      calls.flatMap(({ action, contexts }) =>
        contexts.map((context) => permits.find(action, arn, context)?.text),
      ),
    ),
  );
  return permits.all
    .filter(({ text }) => !used.has(text))
    .map(({ text }) => ({ check: "unasked", text: `${name}: nothing was asked about ${text}` }));
}

/** How many decisions stand behind `findingsIn`, without those on visitors. */
export function decisionsOf(world: World): number {
  return countOf(Object.values(askedOf(world)).flat()) * world.roles.length + takingCount(world);
}
