import { decide, EvaluationError, type RequestContext } from "../../modules/iam/evaluation";
import type { Probe } from "./proof-probes";
import { byService } from "./proof-service";
import type { Finding, OwnedRole, Speaking, World } from "./proof-world";

/** What reads, writes or runs what is in a store: nothing that a deployment needs. */
const DATA =
  /^(s3:(Get|Put|Delete|Restore|Replicate)Object\w*|s3:SelectObjectContent|dynamodb:((Get|Put|Update|Delete|BatchGet|BatchWrite)Item|Query|Scan|PartiQL\w+|GetRecords|ExportTable\w*)|sqs:(Send|Receive|Delete|PurgeQ)\w*|sns:Publish\w*|secretsmanager:(Batch)?GetSecretValue|rds-db:connect|rds:Download\w+|logs:(GetLog\w+|FilterLogEvents|StartQuery|PutLogEvents|Unmask)|lambda:Invoke\w*|states:Start\w*|athena:(Start\w+|GetQueryResults\w*)|elasticmapreduce:AddJobFlowSteps)$/;
/** The name is that of making a queue or a bucket go. */
const NOT_DATA = ["sqs:DeleteQueue"];

/**
 * Every role asks everything of a resource. What the table has for it is allowed by all policies together; nothing else is
 * allowed even without the boundary, which is there for the day when a policy is wrong, and not to hide that it is.
 *
 * A role that deploys makes and changes its environment's stores: of those it is only refused what is in them.
 */
export function judge(world: World, role: OwnedRole, probe: Probe, check: string): Finding[] {
  const calls =
    role.owner.deploys === true && probe.of !== "neighbour" ? probe.calls.filter(isOfData) : probe.calls;
  return calls.flatMap(({ action, contexts }) =>
    contexts.flatMap((context): Finding[] => {
      const wanted = role.permits.find(action, probe.arn, context) !== undefined;
      const alone = isAllowed(world, role.alone, probe, action, context);
      const allowed = alone === true && wanted ? isAllowed(world, role, probe, action, context) : alone;
      if (typeof allowed === "string") return [{ check: "readable", text: `${role.name}: ${allowed}` }];
      if (allowed === wanted) return [];
      if (role.owner.deploys && isOfAccount(action, probe)) return [];
      const text = `${role.name} ${allowed ? "may" : "may not"} ${action} on ${probe.arn}${said(context)}`;
      if (!allowed) return [{ check: "missing", text }];
      return role.managed.length > 0 && isManaged(world, role, probe, action, context)
        ? []
        : [{ check, text }];
    }),
  );
}

/**
 * What a deployment does where names of the account say no environment: log groups are listed, RDS makes its secrets in the
 * name of who makes a cluster, and an ARN of a bucket says no account (who has such a name must let the role in).
 */
const isOfAccount = (action: string, { of, arn, account }: Probe) =>
  of === "neighbour" &&
  (action === "logs:DescribeLogGroups" ||
    (/:secret:rds!/.test(arn) &&
      ["secretsmanager:CreateSecret", "secretsmanager:TagResource"].includes(action)) ||
    (/^arn:aws:s3:/.test(arn) && account === "999999999999" && !arn.includes("/")));

const isOfData = ({ action }: { readonly action: string }) => DATA.test(action) && !NOT_DATA.includes(action);

/** The role's policies, its boundary, and the policy of what it asks for, together. */
function isAllowed(
  { catalogue }: World,
  { arn, tags, speaking }: Speaking,
  { arn: resource, account, policy }: Probe,
  action: string,
  context: RequestContext,
): boolean | string {
  try {
    const { decision } = decide(
      {
        ...{ principal: { type: "role", arn, session: "a", tags }, action, context },
        resource: { arn: resource, account },
      },
      { ...speaking(action.split(":")[0] ?? ""), resource: policy },
      catalogue,
    );
    return decision === "allowed";
  } catch (error) {
    if (error instanceof EvaluationError) return `${action} on ${resource}: ${error.message}`;
    throw error;
  }
}

/** Whether AWS's own policy is what allows it. */
const isManaged = (world: World, role: OwnedRole, probe: Probe, action: string, context: RequestContext) =>
  isAllowed(world, { ...role, speaking: byService(role.managed, null) }, probe, action, context) === true;

const said = (context: RequestContext) => {
  const keys = Object.entries(context).filter(
    ([key, value]) => value !== null && !/SecureTransport|ResourceTag/.test(key),
  );
  return keys.length > 0 ? ` with ${JSON.stringify(Object.fromEntries(keys))}` : "";
};
