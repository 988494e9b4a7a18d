import type { ContextValue, RequestContext } from "../../modules/iam/evaluation";
import { arnIn, filledIn, type Names, objectsIn } from "./proof-names";
import type { Other, Owner, Uses } from "./proof-uses";

/** One call that a role is there for. */
interface Permit {
  readonly action: string;
  readonly on: RegExp;
  /** Keys of the request, and the values that are right. */
  readonly when: Readonly<Record<string, readonly (string | null)[]>>;
  /** For people. */
  readonly text: string;
}

/** All calls that a role is there for. */
export interface Permits {
  /** The one that admits a call; undefined where none does. */
  find(action: string, arn: string, context: RequestContext): Permit | undefined;
  readonly all: readonly Permit[];
}

type When = Permit["when"];

/** Names of what is used become permits, and the key's use by the stores' services follows. */
export function permitsOf({ uses }: Owner, names: Names): Permits {
  const all = [...OF_OBJECTS, ...OF_OTHERS].flatMap((way) => way(uses, names));
  const byAction = new Map<string, Permit[]>();
  for (const permit of all) byAction.set(permit.action, [...(byAction.get(permit.action) ?? []), permit]);
  return {
    all,
    find: (action, arn, context) =>
      byAction.get(action)?.find(({ on, when }) => on.test(arn) && holds(when, context)),
  };
}

const holds = (when: When, context: RequestContext) =>
  Object.entries(when).every(([key, values]) => values.includes(single(context[key])));

const single = (value: ContextValue | undefined): string | null => (typeof value === "string" ? value : null);

function permits(service: string, verbs: string, arns: readonly string[], when: When = {}): Permit[] {
  return arns.flatMap((arn) =>
    verbs.split(" ").map((verb) => ({
      ...{ action: `${service}:${verb}`, on: glob(arn), when },
      text: `${service}:${verb} on ${arn}${Object.keys(when).length > 0 ? ` when ${JSON.stringify(when)}` : ""}`,
    })),
  );
}

/** `*` is anything, as AWS makes it. */
const glob = (arn: string) =>
  new RegExp(`^${arn.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);

type Way = (uses: Uses, names: Names) => Permit[];

/** All below a prefix, or one object. */
const objects = (places: readonly string[], names: Names) =>
  places.map((place) => `${objectsIn(place, names)}${place.endsWith("/") ? "*" : ""}`);
const buckets = (places: readonly string[], names: Names) =>
  places.map((place) => objectsIn(place.split("/")[0] ?? "", names));

const IN_PARTS = "GetObject PutObject AbortMultipartUpload ListMultipartUploadParts";

const OF_OBJECTS: readonly Way[] = [
  ({ reads = [] }, names) => permits("s3", "GetObject", objects(filled(reads, names), names)),
  ({ writes = [] }, names) => permits("s3", "PutObject", objects(filled(writes, names), names)),
  ({ removes = [] }, names) => permits("s3", "DeleteObject", objects(filled(removes, names), names)),
  ({ keeps = [] }, names) => permits("s3", `${IN_PARTS} DeleteObject`, objects(keeps, names)),
  ({ replaces = [] }, names) => permits("s3", IN_PARTS, objects(replaces, names)),
  ({ finds = [] }, names) => permits("s3", "ListBucket", buckets(finds, names)),
  ({ uploads = [] }, names) => permits("s3", "ListBucketMultipartUploads", buckets(uploads, names)),
  ({ locates = [] }, names) => permits("s3", "GetBucketLocation", buckets(locates, names)),
  ({ lists = [] }, names) =>
    lists.flatMap((place) => {
      const prefix = place.slice(place.indexOf("/") + 1);
      return permits("s3", "ListBucket", buckets([place], names), { "s3:prefix": [prefix, `${prefix}a`] });
    }),
];

const filled = (places: readonly string[], names: Names) => places.map((place) => filledIn(place, names));

const OF_OTHERS: readonly Way[] = [
  ({ consumes = [] }, names) =>
    permits(
      "sqs",
      "ReceiveMessage DeleteMessage ChangeMessageVisibility GetQueueAttributes",
      consumes.map((queue) => arnIn(`sqs:@:~-${queue}`, names)),
    ),
  ({ measures = [] }, names) =>
    permits(
      "sqs",
      "GetQueueAttributes GetQueueUrl",
      measures.map((queue) => arnIn(`sqs:@:~-${queue}`, names)),
    ),
  ({ sends = [] }, names) =>
    permits(
      "sqs",
      "SendMessage",
      sends.map((queue) => arnIn(`sqs:@:~-${queue}`, names)),
    ),
  ({ items = {} }, names) =>
    Object.entries(items).flatMap(([table, verbs]) =>
      permits("dynamodb", verbs, [arnIn(`dynamodb:@:table/~-${table}`, names)]),
    ),
  ({ connects = [] }, names) =>
    permits(
      "rds-db",
      "connect",
      connects.map((user) => arnIn(`rds-db:@:dbuser:cluster-*/^_${user}`, names)),
    ),
  ({ logs = [], findsLogs = [] }, names) =>
    permits(
      "logs",
      "CreateLogStream PutLogEvents",
      [...logs, ...findsLogs].map((group) => arnIn(`logs:@:log-group:${group}:*`, names)),
    ),
  ({ findsLogs = [] }, names) =>
    findsLogs.flatMap((group) => [
      ...permits("logs", "DescribeLogStreams", [arnIn(`logs:@:log-group:${group}:*`, names)]),
      ...permits("logs", "DescribeLogGroups", [arnIn("logs:@:log-group:*", names)]),
    ]),
  ({ star = [] }) => star.flatMap((action) => permits(...verbOf(action), ["*"])),
  ({ also = [] }, names) => also.flatMap((other) => otherPermits(other, names)),
  keyPermits,
];

function otherPermits({ actions, on, when = {} }: Other, names: Names): Permit[] {
  const conditions = Object.fromEntries(
    Object.entries(when).map(([key, values]) => [key, values.map((value) => valueIn(value, names))]),
  );
  return actions.split(" ").flatMap((action) => permits(...verbOf(action), [arnIn(on, names)], conditions));
}

/** A value with a colon is an ARN, but for the name of a service. */
const valueIn = (value: string | null, names: Names) =>
  value?.includes(":") ? arnIn(value, names) : value && filledIn(value, names);

function verbOf(action: string): [service: string, verb: string] {
  const [service = "", verb = ""] = action.split(":");
  return [service, verb];
}

/**
 * What is encrypted with the environment's key is read and written by the store's service with the role's right to the key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
function keyPermits(uses: Uses, names: Names): Permit[] {
  const { reads = [], writes = [], keeps = [], consumes = [], sends = [], items = {}, key = {} } = uses;
  const by: Readonly<Record<string, readonly string[]>> = {
    s3: [
      ...(reads.length > 0 ? ["Decrypt"] : []),
      ...(writes.length + keeps.length > 0 ? ["Decrypt", "GenerateDataKey"] : []),
    ],
    sqs: [
      ...(consumes.length > 0 ? ["Decrypt"] : []),
      ...(sends.length > 0 ? ["Decrypt", "GenerateDataKey"] : []),
    ],
    dynamodb: Object.keys(items).length > 0 ? ["Decrypt"] : [],
  };
  const asked = Object.entries(key).map(([service, verbs]) => [service, verbs.split(" ")] as const);
  return [...Object.entries(by), ...asked].flatMap(([service, verbs]) =>
    verbs.flatMap((verb) =>
      permits(
        "kms",
        verb,
        [arnIn("kms:@:key/&", names)],
        service === "any" ? {} : { "kms:ViaService": [`${service}.${names.region}.amazonaws.com`] },
      ),
    ),
  );
}
