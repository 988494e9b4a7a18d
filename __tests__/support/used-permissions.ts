import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { permissionsIn } from "./permissions";
import { listOf } from "./policies";
import type { StackJson } from "./synth";

/** Roles of what runs here: functions, jobs and the dashboard. */
const RUNS_HERE =
  /-(structure|load-\w+|serve-\w+|follow-\w+|migrate|dashboard|spark-(train|compact|aggregate|erase)-\w+)$/;

/** What is allowed and never recorded, by action and resource, and why. */
const NOT_RECORDED: readonly (readonly [action: RegExp, resource: RegExp, reason: string])[] = [
  [/^kms:/, /./, "keys are not looked at when a service uses them"],
  [/^(logs|xray):/, /./, "logs and traces are taken from functions without a question"],
  [
    /^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)$/,
    /./,
    "the mapping asks for a function without its role",
  ],
  [/^ec2:/, /./, "no function is in a network here"],
  [/^rds-db:/, /./, "the database trusts this machine"],
  [
    /^s3:(AbortMultipartUpload|ListMultipartUploadParts|ListBucketMultipartUploads)$/,
    /./,
    "a copy of the bucket is put back in whole objects",
  ],
  [/^s3:GetObject$/, /-spark-\d.*\/(jobs|requests)\//, "a list of visitors is a file of this machine"],
];

/**
 * Permissions of a deployed environment that nobody has used, as `role: action on resource`.
 *
 * @param folder of the synthesised stacks
 * @param record what roles have done, as the embedded AWS has written it down
 */
export function unusedIn(folder: string, record: string): string[] {
  const lines = record.split("\n").filter((line) => line !== "");
  const used = new Set(
    lines.map((line) => {
      const { role, action, resource } = JSON.parse(line) as Record<string, string>;
      return `${role}: ${action} on ${resource}`;
    }),
  );
  return readdirSync(folder).flatMap((stack) =>
    Object.entries(permissionsIn(stackIn(folder, stack)))
      .filter(([role]) => RUNS_HERE.test(role))
      .flatMap(([role, statements]) =>
        statements.flatMap(({ Action, Resource }) =>
          listOf(Action).flatMap((action) =>
            listOf(Resource)
              .filter((resource) => !NOT_RECORDED.some(([a, r]) => a.test(action) && r.test(resource)))
              .map((resource) => `${role}: ${action} on ${resource}`),
          ),
        ),
      )
      .filter((permission) => !used.has(permission)),
  );
}

const stackIn = (folder: string, stack: string) =>
  JSON.parse(readFileSync(join(folder, stack, "cdk.tf.json"), "utf8")) as StackJson;
