import {
  decide,
  EvaluationError,
  type Policy,
  type Principal,
  type RequestContext,
} from "../../modules/iam/evaluation";
import { ANYTHING } from "./proof-anything";
import { arnIn, type Names } from "./proof-names";
import type { Probe } from "./proof-probes";
import type { Finding, World } from "./proof-world";

/** A service that a resource's own policy lets in. */
interface Visit {
  readonly service: string;
  /** The resource, as in the table of owners. */
  readonly on: string;
  readonly actions: string;
  /** What it must come for, `*` behind what AWS makes; what says no account is named whole. */
  readonly source: string;
  /** Whether the service says its account beside. */
  readonly account: boolean;
}

const QUEUES_OF: Readonly<Record<string, readonly string[]>> = {
  manifests: ["load-figures", "load-rows", "load-lake"],
  "new-recommendations": ["serve-recommendations", "load-recommendations"],
  erasures: ["follow-erasure"],
};
const KEY_USE = "kms:GenerateDataKey kms:Decrypt";

/** Who visits what: raw objects wake the first stage, curated ones the topics, topics the queues, alarms their topic. */
function visitsOf({ config }: World): readonly Visit[] {
  const topics = Object.keys(QUEUES_OF);
  const by = (service: string, actions: string, on: string, source: string, account: boolean): Visit => ({
    ...{ service: `${service}.amazonaws.com`, actions, on, source, account },
  });
  return [
    by("s3", "sqs:SendMessage", "sqs:@:~-structure", "s3:::~-raw-%", true),
    ...topics.map((topic) => by("s3", "sns:Publish", `sns:@:~-${topic}`, "s3:::~-curated-%", true)),
    ...Object.entries(QUEUES_OF).flatMap(([topic, queues]) =>
      queues.map((queue) => by("sns", "sqs:SendMessage", `sqs:@:~-${queue}`, `sns:@:~-${topic}`, false)),
    ),
    by("cloudwatch", "sns:Publish", "sns:@:~-alarms", "cloudwatch:@:alarm:*", true),
    ...["raw", "curated"].map((bucket) => by("s3", KEY_USE, "kms:@:key/&", `s3:::~-${bucket}-%`, true)),
    ...topics.map((topic) => by("sns", KEY_USE, "kms:@:key/&", `sns:@:~-${topic}`, false)),
    by("cloudwatch", KEY_USE, "kms:@:key/&", "cloudwatch:@:alarm:*", true),
    ...(config.dashboard === undefined
      ? []
      : [
          by(
            "logdelivery.elasticloadbalancing",
            "s3:PutObject",
            "s3:::~-logs-%/~-dashboard/AWSLogs/#/a",
            "elasticloadbalancing:@:loadbalancer/app/~-dashboard/*",
            false,
          ),
        ]),
  ];
}

const STRANGERS: readonly Principal[] = [
  { type: "anonymous" },
  { type: "role", arn: "arn:aws:iam::999999999999:role/stranger", session: "a", tags: {} },
  ...["s3", "sns", "cloudwatch", "logdelivery.elasticloadbalancing", "events", "delivery.logs"].map(
    (name) => ({
      ...{ type: "service" as const, name: `${name}.amazonaws.com` },
    }),
  ),
];

/** Who comes from outside of the environment's roles is let in where the table says, and over TLS only. */
export function visitorFindings(world: World, probe: Probe): Finding[] {
  if (probe.of !== "environment" || (probe.policy === null && !/:(s3|sqs|sns):/.test(probe.arn))) return [];
  const member: Principal = {
    ...{ type: "role", arn: `arn:aws:iam::${world.names.accountId}:role/member`, session: "a", tags: {} },
  };
  const visits = visitsOf(world).filter(({ on }) => arnIn(on, world.names) === probe.arn);
  const sources = sourcesOf(world, visits);
  return probe.calls.flatMap(({ action, contexts }) => {
    const [context = {}] = contexts;
    const ask = (principal: Principal, said: RequestContext, identity: readonly Policy[] = []) =>
      decided(world, probe, { principal, action, context: { ...context, ...said } }, identity);
    return [
      ...STRANGERS.flatMap((principal) =>
        (principal.type === "service" ? sources : [{}]).flatMap((said): Finding[] => {
          const wanted = visits.some((visit) => isRight(visit, action, principal, said, world.names));
          const found = ask(principal, said, principal.type === "role" ? [ANYTHING] : []);
          if (typeof found === "string") return [{ check: "readable", text: found }];
          if (found === wanted) return [];
          const who = principal.type === "service" ? principal.name : principal.type;
          const text = `${who} for ${String(said["aws:SourceArn"] ?? "anybody")} ${found ? "may" : "may not"} ${action} on ${probe.arn}`;
          return [{ check: found ? "visitors" : "missing", text }];
        }),
      ),
      // A role of the account without a policy.
      ...(ask(member, {}) === false
        ? []
        : [{ check: "visitors", text: `every role of the account may ${action} on ${probe.arn}` }]),
      ...(isOpenText(probe, action) && ask(member, { "aws:SecureTransport": "false" }, [ANYTHING]) !== false
        ? [{ check: "TLS", text: `${action} on ${probe.arn} goes without TLS` }]
        : []),
    ];
  });
}

/** Buckets, queues and the sending to topics can be asked over plain HTTP. */
const isOpenText = ({ arn }: Probe, action: string) => /:(s3|sqs):/.test(arn) || action === "sns:Publish";

function isRight(
  { service, actions, source, account }: Visit,
  action: string,
  principal: Principal,
  said: RequestContext,
  names: Names,
): boolean {
  return (
    principal.type === "service" &&
    principal.name === service &&
    actions.split(" ").includes(action) &&
    said["aws:SourceArn"] === sourceIn(source, names) &&
    (!account || said["aws:SourceAccount"] === names.accountId)
  );
}

const sourceIn = (source: string, names: Names) => arnIn(source, names).replace(/\*$/, "a");

/** The right ones, for this account and for another, and one that nobody waits for. */
function sourcesOf({ names }: World, visits: readonly Visit[]): RequestContext[] {
  const sources = [...new Set(visits.map(({ source }) => sourceIn(source, names)))];
  return [
    {},
    ...[...sources, "arn:aws:s3:::other"].flatMap((source) =>
      [names.accountId, "999999999999"].map((account) => ({
        "aws:SourceAccount": account,
        "aws:SourceArn": source,
      })),
    ),
  ];
}

function decided(
  { catalogue }: World,
  { arn, account, policy }: Probe,
  request: { readonly principal: Principal; readonly action: string; readonly context: RequestContext },
  identity: readonly Policy[],
): boolean | string {
  try {
    return (
      decide(
        { ...request, resource: { arn, account } },
        { identity, boundary: null, resource: policy },
        catalogue,
      ).decision === "allowed"
    );
  } catch (error) {
    if (error instanceof EvaluationError) return `${request.action} on ${arn}: ${error.message}`;
    throw error;
  }
}
