import type { Policy, RequestContext } from "../../modules/iam/evaluation";
import { open } from "./proof-anything";
import { contextsOf, nothingOf } from "./proof-contexts";
import { arnIn, objectsIn } from "./proof-names";
import { ownersOf } from "./proof-owners";
import type { World } from "./proof-world";

/** Calls on one resource. */
export interface Probe {
  readonly arn: string;
  readonly account: string;
  readonly policy: Policy | null;
  /** Whose it is. */
  readonly of: "environment" | "neighbour" | "nobody";
  /** Each action that the resource's type takes, with what its calls can say. */
  readonly calls: readonly { readonly action: string; readonly contexts: readonly RequestContext[] }[];
}

type Resource = Pick<Probe, "arn" | "account" | "policy" | "of"> & { readonly tags?: RequestContext };

/** Keys of objects that no role has anything to do with, and one that only begins like one that some have. */
const OTHERS = ["other/a", "events-other/a"];

/** Everything in an environment that a role could reach: every store, every prefix, every name that AWS makes. */
export function probesOf(world: World): Probe[] {
  return [...storesOf(world), ...partsOf(world), ...othersOf(world)].map((resource) =>
    probed(world, resource),
  );
}

/** The same of another environment, of the account and of another account that lets everybody in. */
export function neighbourProbesOf(world: World): Probe[] {
  const { accountId, base } = world.names;
  const other = { ...world.names, base: base.replace(/-\w+$/, "-neighbour"), environment: "neighbour" };
  const foreign = { ...world.names, accountId: "999999999999" };
  const mine = onePerKind([...storesOf(world), ...partsOf(world)]);
  return [other, foreign].flatMap((names) =>
    mine.map((resource) => {
      const rename = (text: string) =>
        text
          .replaceAll(base, names.base)
          .replaceAll(base.replaceAll("-", "_"), names.base.replaceAll("-", "_"))
          .replaceAll(`/${world.names.environment}/`, `/${names.environment}/`)
          .replaceAll(accountId, names.accountId)
          .replaceAll("00000000", "11111111");
      const arn = rename(resource.arn);
      const account = names.accountId;
      const tags = JSON.parse(
        rename(JSON.stringify(resource.tags ?? {})).replaceAll(
          `"aws:ResourceTag/environment":"${world.names.environment}"`,
          `"aws:ResourceTag/environment":"neighbour"`,
        ),
      );
      const policy = /:kms:/.test(arn)
        ? resource.policy && delegating(account)
        : foreignPolicy(account, accountId);
      return probed(world, { arn, account, policy, of: "neighbour", tags });
    }),
  );
}

/** Another account's resource lets everybody in: what a role's own policies say decides. */
const foreignPolicy = (account: string, own: string): Policy | null => (account === own ? null : open([]));

/** A key leaves it to its account. */
const delegating = (account: string): Policy => open([`arn:aws:iam::${account}:root`]);

function onePerKind(resources: readonly Resource[]): Resource[] {
  const kinds = new Map<string, Resource>();
  for (const resource of resources) {
    // One object a bucket: each is refused by its own name.
    const kind = /:s3:/.test(resource.arn)
      ? resource.arn.split("/").slice(0, 1).join() + resource.arn.includes("/")
      : resource.arn.replace(/^(arn:aws:[^:]+:[^:]*:\d*:\w*).*$/, "$1");
    if (!kinds.has(kind)) kinds.set(kind, resource);
  }
  return [...kinds.values()];
}

function storesOf({ policies, names, asksFor }: World): Resource[] {
  return policies.resources.map(({ type, arn, policy, tags }) => ({
    // What is asked of a group of logs ends in a colon: https://github.com/hashicorp/terraform-provider-aws/issues/8804
    arn: type === "aws_cloudwatch_log_group" ? `${arn}:` : arn,
    ...{ account: names.accountId, policy, of: "environment" as const },
    tags: Object.fromEntries(
      Object.entries(tags)
        .map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const)
        .filter(([key]) => asksFor(key)),
    ),
  }));
}

/** Prefixes that the table of owners knows, by bucket. */
function prefixesOf({ config, names }: World): ReadonlyMap<string, readonly string[]> {
  const places = Object.values(ownersOf(config)).flatMap(({ uses }) =>
    [uses.reads, uses.writes, uses.removes, uses.keeps, uses.replaces, uses.lists].flatMap(
      (list) => list ?? [],
    ),
  );
  const prefixes = new Map<string, string[]>();
  for (const arn of places.map((place) => objectsIn(place, names))) {
    const [bucket = "", ...path] = arn.split("/");
    prefixes.set(bucket, [...new Set([...(prefixes.get(bucket) ?? []), path.join("/")])]);
  }
  return prefixes;
}

/** What lies in stores. */
function partsOf(world: World): Resource[] {
  const { policies, names } = world;
  const prefixes = prefixesOf(world);
  const account = names.accountId;
  const own = { account, of: "environment" as const };
  const at = (text: string, tags?: RequestContext): Resource => ({
    ...{ ...own, arn: arnIn(text, names), policy: null },
    ...(tags ? { tags } : {}),
  });
  return [
    ...policies.resources.flatMap(({ type, arn, policy }) => {
      if (type === "aws_s3_bucket") {
        const keys = [
          ...(prefixes.get(arn) ?? []).map((prefix) => (prefix.endsWith("/") ? `${prefix}a` : prefix)),
          ...OTHERS,
        ];
        if (arn.includes(`${names.base}-logs-`)) keys.push(`${names.base}-dashboard/AWSLogs/${account}/a`);
        return keys.map((key) => ({ ...own, arn: `${arn}/${key}`, policy }));
      }
      if (type === "aws_cloudwatch_log_group") return [{ ...own, arn: `${arn}:log-stream:a`, policy }];
      if (type === "aws_sfn_state_machine")
        return [{ ...own, arn: `${arn.replace(":stateMachine:", ":execution:")}:a`, policy }];
      return [];
    }),
    ...["writer", "reader", "other"].map((user) => at(`rds-db:@:dbuser:cluster-A/^_${user}`)),
    at("glue:@:table/^_lake/events"),
    at("secretsmanager:@:secret:rds!cluster-a-AbCdEf", {
      "aws:ResourceTag/aws:rds:primaryDBClusterArn": arnIn("rds:@:cluster:~-rows", names),
    }),
    at("elasticmapreduce:@:cluster/j-1", {
      "elasticmapreduce:ResourceTag/spark-cluster": `${names.base}-spark`,
    }),
  ];
}

/** What is nobody's, and what is of the account. */
function othersOf({ names }: World): Resource[] {
  const own = { account: names.accountId, of: "nobody" as const, policy: null };
  const at = (text: string, tags?: RequestContext): Resource => ({
    ...{ ...own, arn: arnIn(text, names) },
    ...(tags ? { tags } : {}),
  });
  return [
    at("*"),
    ...["postgres", `${names.project}_other_reader`].map((user) => at(`rds-db:@:dbuser:cluster-A/${user}`)),
    ...["glue:@:catalog", "glue:@:database/default", "glue:@:database/other"].map((text) => at(text)),
    ...["table/^_lake/other", "table/other/events"].map((text) => at(`glue:@:${text}`)),
    at("secretsmanager:@:secret:other-AbCdEf"),
    at("secretsmanager:@:secret:rds!cluster-b-AbCdEf", {
      "aws:ResourceTag/aws:rds:primaryDBClusterArn": arnIn("rds:@:cluster:other", names),
    }),
    at("ssm:@:parameter/other"),
    at("logs:@:log-group:other:"),
    at("elasticmapreduce:@:cluster/j-2", { "elasticmapreduce:ResourceTag/spark-cluster": "other" }),
    at("elasticmapreduce:@:cluster/j-3"),
    ...["network-interface/eni-1", "subnet/subnet-1", "security-group/sg-1"].map((text) =>
      at(`ec2:@:${text}`),
    ),
    at("iam::#:role/aws-service-role/elasticmapreduce.amazonaws.com/AWSServiceRoleForEMRCleanup"),
  ];
}

/** Services whose calls on nothing are asked: those of the stores, and those that the platform uses beside. */
const STAR_SERVICES =
  "s3 sqs sns dynamodb kms secretsmanager ecr lambda ssm logs glue athena states rds elasticmapreduce iam sts ec2 ecs xray ssmmessages cloudwatch events firehose scheduler organizations".split(
    " ",
  );

/** What comes with taking a role, which is never nothing. */
const TAKING = /^sts:(TagSession|SetSourceIdentity|SetContext)$/;

function probed({ catalogue, names, policies }: World, { tags = {}, ...resource }: Resource): Probe {
  const [, , service = ""] = resource.arn.split(":");
  const services = resource.arn === "*" ? STAR_SERVICES : [service];
  const actions = services
    .flatMap((name) => catalogue.actionsMatching(`${name}:*`))
    .filter(
      ({ name }) => catalogue.appliesTo(name, resource.arn) && !(resource.arn === "*" && TAKING.test(name)),
    );
  const [key] = policies.resources.filter(({ type }) => type === "aws_kms_key");
  const aliases =
    service !== "kms" || resource.of === "nobody"
      ? null
      : resource.of === "environment"
        ? (key?.aliases ?? null)
        : ["alias/neighbour"];
  const said = { ...tags, ...(aliases ? { "kms:ResourceAliases": aliases } : {}) };
  return {
    ...resource,
    calls: actions.map(({ name }) => ({
      action: name,
      contexts: contextsOf(name, names).map((context) => ({
        ...{ ...nothingOf(name.split(":")[0] ?? ""), ...said },
        ...context,
      })),
    })),
  };
}

export const countOf = (probes: readonly Probe[]) =>
  probes.flatMap(({ calls }) => calls).reduce((sum, { contexts }) => sum + contexts.length, 0);
