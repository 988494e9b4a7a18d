import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { permissionsIn } from "./permissions";
import { listOf } from "./policies";
import type { StackJson } from "./synth";

/** What may stay unused, by `role: action on resource`, and why. */
type Reasons = readonly (readonly [permission: RegExp, reason: string])[];

/** Roles of which nothing runs on the embedded AWS. */
const NOT_RUN: Reasons = [
  [/-analyst-\w+: /, "people take it"],
  [/-collector-\w+: /, "collectors are no part of the platform"],
  [
    /-dashboard-execution: /,
    "ECS pulls the image and sends logs with it; here a process stands for the task",
  ],
  [/-flow-logs: /, "there is no network whose traffic could be told of"],
  [
    /-spark-(instance|machine|service): /,
    "EMR and Step Functions have it; here this machine's Spark stands for them",
  ],
];

/** Roles of Terraform, which must also allow the changes that nobody has made yet. */
const DEPLOYS = /-(plan|apply)$/;

/** What programs that run here do without a record of it, or need only on AWS. */
const NOT_RECORDED: Reasons = [
  [/: kms:/, "services use the key in the name of who asks them, and the embedded ones have no use for it"],
  [/: (logs|xray):/, "Lambda writes logs and traces, the embedded one asks nobody"],
  [/: ec2:/, "no function is in a network here"],
  [/: rds-db:/, "this machine's PostgreSQL trusts it"],
  [
    /-(structure|load-\w+|serve-\w+|follow-\w+): sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes) /,
    "Lambda's mapping does it with the function's role, the embedded one without",
  ],
  [
    /-spark-\S+: s3:(AbortMultipartUpload|ListMultipartUploadParts|ListBucketMultipartUploads) /,
    "S3A uploads in parts; here whole files are put back",
  ],
  [
    /-(structure|dashboard): s3:ListBucket on \S+-(raw|rejected)-/,
    "S3 asks whether a role may know that a key is missing; the embedded one tells everybody",
  ],
];

/** How what is allowed and what was done differ, each as `role: action on resource`. */
export interface Comparison {
  /** Allowed, never done, and no reason why. */
  readonly unused: string[];
  /** Done, and not allowed by what was synthesised. */
  readonly notAllowed: string[];
  /** Reasons that explain nothing, or something that was done all the same. */
  readonly needless: string[];
}

/**
 * Compares what the roles of an environment may do with what they have done.
 *
 * @param folder of the synthesised stacks
 * @param record as local/access_record.py writes it
 */
export function comparePermissions(folder: string, record: string): Comparison {
  const allowed = allowedIn(folder);
  const used = usedIn(record);
  const unused = [...allowed].filter((permission) => !used.has(permission));
  const reasons = [...NOT_RUN, ...NOT_RECORDED];
  const explains = ([pattern]: Reasons[number], permissions: Iterable<string>) =>
    [...permissions].some((permission) => pattern.test(permission));
  return {
    unused: unused.filter((permission) => !reasons.some((reason) => explains(reason, [permission]))),
    notAllowed: [...used].filter((permission) => !allowed.has(permission)),
    needless: reasons
      .filter((reason) => !explains(reason, unused) || explains(reason, used))
      .map(([pattern, reason]) => `${pattern.source} (${reason})`),
  };
}

function allowedIn(folder: string): Set<string> {
  const found = readdirSync(folder).flatMap((stack) => {
    const json = JSON.parse(readFileSync(join(folder, stack, "cdk.tf.json"), "utf8")) as StackJson;
    const roles = Object.entries(permissionsIn(json)).filter(([role]) => !DEPLOYS.test(role));
    return roles.flatMap(([role, statements]) =>
      statements.flatMap(({ Action, Resource }) =>
        listOf(Action).flatMap((action) =>
          listOf(Resource).map((resource) => sentence({ role, action, resource })),
        ),
      ),
    );
  });
  return new Set(found);
}

function usedIn(record: string): Set<string> {
  const lines = record.split("\n").filter((line) => line !== "");
  const uses = lines.map((line): Use => JSON.parse(line)).filter(({ role }) => !DEPLOYS.test(role));
  return new Set(uses.map(sentence));
}

type Use = Record<"role" | "action" | "resource", string>;

const sentence = ({ role, action, resource }: Use) => `${role}: ${action} on ${resource}`;
