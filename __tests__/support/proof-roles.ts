import type { RequestContext } from "../../modules/iam/evaluation";
import { openTrust } from "./proof-anything";
import { contextsOf, nothingOf } from "./proof-contexts";
import { arnIn } from "./proof-names";
import type { Probe } from "./proof-probes";
import type { World } from "./proof-world";

/** On whatever session there is: no policy of a role speaks of them. */
const NO_TRUST = ["sts:SetContext"];

/**
 * Everything that can be asked of roles, and of the policy that limits them: to take, to pass on, to change. Who a role lets
 * in is proved by itself: here each leaves it to the account.
 */
export function roleProbesOf(world: World): Probe[] {
  const { names, policies, catalogue, limit } = world;
  const account = names.accountId;
  const other = "iam::#:role/other";
  const roles = [
    ...policies.roles.map(({ arn }) => arn),
    arnIn(other, names),
    ...(limit === undefined ? [] : [arnIn(`iam::#:policy/boundary/${limit}`, names)]),
  ];
  const trust = openTrust(account);
  return roles.flatMap((arn) =>
    (arn.includes(":policy/") ? ["iam"] : ["iam", "sts"]).map((service) => ({
      ...{ arn, account, of: "environment" as const, policy: service === "sts" ? trust : null },
      calls: catalogue
        .actionsMatching(`${service}:*`)
        .filter(({ name }) => catalogue.appliesTo(name, arn) && !NO_TRUST.includes(name))
        .map(({ name: action }) => ({
          action,
          contexts: contextsOf(action, names).map(
            (context): RequestContext => ({ ...nothingOf(service), ...context }),
          ),
        })),
    })),
  );
}
