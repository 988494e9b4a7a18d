import { decide } from "../../modules/iam/evaluation";
import { ANYTHING } from "./proof-anything";
import { arnIn } from "./proof-names";
import type { Probe } from "./proof-probes";
import { byService } from "./proof-service";
import type { Finding, OwnedRole, World } from "./proof-world";

/** What has no resource of its own; and roles of the environment are passed on and taken as their own policies say. */
const OF_ACCOUNT = ["logs:DescribeLogGroups", "iam:PassRole", "sts:AssumeRole", "sts:TagSession"];

/** Every role but those that deploy is limited by the environment's boundary, where there is one. */
export function limitFindings(world: World, role: OwnedRole): Finding[] {
  const wanted = world.limit === undefined || role.owner.deploys ? undefined : world.limit;
  return role.boundary?.name === wanted
    ? []
    : [
        {
          check: "boundary",
          text: `${role.name} is limited by ${role.boundary?.name ?? "nothing"}, not ${wanted}`,
        },
      ];
}

/** Whatever its own policies say, a role under the boundary reaches no neighbour and changes no role. */
export function boundaryFindings(world: World, probes: readonly Probe[]): Finding[] {
  const [role] = world.roles.filter(({ owner, boundary }) => !owner.deploys && boundary !== null);
  if (role === undefined) return [];
  const speaking = byService([ANYTHING], role.boundary);
  return probes.flatMap((probe) =>
    probe.calls.flatMap(({ action, contexts: [context = {}] }) =>
      !OF_ACCOUNT.includes(action) && isBeyond(world, speaking, probe, action, context)
        ? [{ check: "boundary", text: `the boundary admits ${action} on ${probe.arn}` }]
        : [],
    ),
  );
}

function isBeyond(
  { catalogue, names }: World,
  speaking: OwnedRole["speaking"],
  { arn, account, policy }: Probe,
  action: string,
  context: Probe["calls"][number]["contexts"][number],
): boolean {
  const member = arnIn("iam::#:role/~-member", names);
  const { decision } = decide(
    {
      ...{ principal: { type: "role", arn: member, session: "a", tags: {} }, action, context },
      resource: { arn, account },
    },
    { ...speaking(action.split(":")[0] ?? ""), resource: policy },
    catalogue,
  );
  return decision === "allowed";
}
