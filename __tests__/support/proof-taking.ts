import { decide, type Principal, type RequestContext } from "../../modules/iam/evaluation";
import { ANYTHING } from "./proof-anything";
import { nothingOf } from "./proof-contexts";
import { arnIn } from "./proof-names";
import type { Takers } from "./proof-uses";
import type { Finding, OwnedRole, World } from "./proof-world";

const ACTIONS = [
  "AssumeRole",
  "TagSession",
  "SetSourceIdentity",
  "AssumeRoleWithWebIdentity",
  "AssumeRoleWithSAML",
].map((verb) => `sts:${verb}`);

/** Services that take roles of ours, and two that must take none. */
const SERVICES = "lambda ecs-tasks ec2 elasticmapreduce states scheduler vpc-flow-logs glue sagemaker".split(
  " ",
);

const ISSUER = "token.actions.githubusercontent.com";

/** Somebody who asks for a role, with what the call says. */
interface Asker {
  readonly principal: Principal;
  readonly context: RequestContext;
  /** For people. */
  readonly text: string;
}

/** Who may take a role is exactly who the table says, though they may do anything themselves. */
export function takingFindings(world: World, role: OwnedRole): Finding[] {
  return askersOf(world, role).flatMap(({ principal, context, text }) =>
    ACTIONS.flatMap((action): Finding[] => {
      const own = principal.type === "role" || principal.type === "user";
      const { decision } = decide(
        {
          ...{ principal, action, context: { ...nothingOf("sts"), ...context } },
          resource: { arn: role.arn, account: world.names.accountId },
        },
        { identity: own ? [ANYTHING] : [], boundary: null, resource: role.trust },
        world.catalogue,
      );
      const wanted = isTaker(world, role.owner.takers, { principal, context, text }, action);
      if ((decision === "allowed") === wanted) return [];
      return [{ check: "trust", text: `${text} ${wanted ? "may not" : "may"} ${action} ${role.name}` }];
    }),
  );
}

export const takingCount = (world: World) =>
  world.roles.flatMap((role) => askersOf(world, role)).length * ACTIONS.length;

function isTaker(
  { names }: World,
  { service, source, principals, tagSession, subjects }: Takers,
  { principal, context }: Asker,
  action: string,
): boolean {
  if (principal.type === "service") {
    const right =
      source === undefined || (isSource(context, sourceOf(source, names)) && isOwn(context, names.accountId));
    return action === "sts:AssumeRole" && principal.name === service && right;
  }
  if (principal.type === "federated") {
    const subject = context[`${ISSUER}:sub`];
    const audience = context[`${ISSUER}:aud`] === "sts.amazonaws.com";
    return (
      action === "sts:AssumeRoleWithWebIdentity" &&
      audience &&
      principal.provider === arnIn(`iam::#:oidc-provider/${ISSUER}`, names) &&
      typeof subject === "string" &&
      subjects?.includes(subject) === true
    );
  }
  if (principal.type === "anonymous") return false;
  const named = principals?.some((name) => arnIn(`iam::#:${name}`, names) === principal.arn);
  return (
    named === true && (action === "sts:AssumeRole" || (tagSession === true && action === "sts:TagSession"))
  );
}

const isSource = (context: RequestContext, arn: string) => context["aws:SourceArn"] === arn;
const isOwn = (context: RequestContext, account: string) => context["aws:SourceAccount"] === account;

/** An ARN that AWS would say: `*` is what it makes. */
const sourceOf = (source: string, names: World["names"]) => arnIn(source, names).replace("*", "a");

function askersOf({ names, roles, policies }: World, { owner }: OwnedRole): Asker[] {
  const { source } = owner.takers;
  const sources = source === undefined ? [] : [sourceOf(source, names)];
  const contexts: RequestContext[] = [
    {},
    ...[...sources, `arn:aws:s3:::other`].map((source) => ({
      "aws:SourceAccount": names.accountId,
      "aws:SourceArn": source,
    })),
    ...sources.map((source) => ({ "aws:SourceAccount": "999999999999", "aws:SourceArn": source })),
    ...sources.map((source) => ({
      "aws:SourceAccount": names.accountId,
      "aws:SourceArn": source.replace(names.accountId, "999999999999"),
    })),
  ];
  const services = SERVICES.flatMap((service) =>
    contexts.map((context) => ({
      principal: { type: "service", name: `${service}.amazonaws.com` } as const,
      ...{ context, text: `${service} for ${String(context["aws:SourceArn"] ?? "anybody")}` },
    })),
  );
  const strangers = [
    ...["role/stranger", "role/analyst-other", "user/ann"].map(
      (name) => `arn:aws:iam::${names.accountId}:${name}`,
    ),
    ...["role/analyst", "role/web-collector", `role/${names.base}-structure`].map(
      (name) => `arn:aws:iam::999999999999:${name}`,
    ),
  ];
  const named = roles
    .flatMap(({ owner }) => owner.takers.principals ?? [])
    .map((name) => arnIn(`iam::#:${name}`, names));
  const own = [...new Set([...policies.roles.map(({ arn }) => arn), ...named, ...strangers])].map((arn) => ({
    principal: arn.includes(":user/")
      ? ({ type: "user", arn, tags: {} } as const)
      : ({ type: "role", arn, session: "a", tags: {} } as const),
    ...{ context: {}, text: arn },
  }));
  return [
    ...services,
    ...own,
    ...tokens(names, roles),
    { principal: { type: "anonymous" }, context: {}, text: "anybody" },
  ];
}

/** Tokens of the issuer for what the table knows, for others, and made for another audience. */
function tokens(names: World["names"], roles: readonly OwnedRole[]): Asker[] {
  const known = roles.flatMap(({ owner }) => owner.takers.subjects ?? []);
  const others = known.flatMap((subject) => [
    subject.replace(/^repo:[^:]+:/, "repo:stranger/atlas:"),
    `${subject}-other`,
    subject.replace(/:[^:]+:?[^:]*$/, ":ref:refs/heads/other"),
  ]);
  const subjects = [...new Set([...known, ...others])];
  return subjects.flatMap((subject) =>
    ["sts.amazonaws.com", "other"].map((audience) => ({
      principal: { type: "federated", provider: arnIn(`iam::#:oidc-provider/${ISSUER}`, names) } as const,
      context: { [`${ISSUER}:sub`]: subject, [`${ISSUER}:aud`]: audience },
      text: `${subject} for ${audience}`,
    })),
  );
}
