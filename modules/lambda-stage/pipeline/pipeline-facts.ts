import type { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { IConstruct } from "constructs";
import { Role } from "../../iam";
import type { BucketReference, ObjectFilter, ObjectTopicReference, WorkQueue } from "../../storage";
import type { StageFlow } from "./cycles";
import type { BucketNotifications, Notification } from "./notifications";
import { covers, type Place } from "./pattern";
import type { QueueFacts, StageQueueFacts } from "./queues";
import { attributesOf, type FinalResource, listOf, number, resourcesOf, text } from "./resources";
import type { Permission } from "./store-use";

/** What the check wants of a stage. */
export interface CheckedStage extends IConstruct {
  readonly functionName: string;
  readonly source: BucketReference;
  readonly filter: ObjectFilter;
  readonly topic: ObjectTopicReference | undefined;
  readonly role: Role;
  readonly queue: WorkQueue;
  readonly resource: LambdaFunction;
  readonly mapping: LambdaEventSourceMapping;
}

/** What the resources of an app say in the end, as far as the check is about them. */
export interface PipelineFacts {
  readonly flows: readonly StageFlow[];
  readonly queues: readonly StageQueueFacts[];
  readonly notifications: readonly BucketNotifications[];
}

/** SQS's own, where nothing is said. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const QUEUE_DEFAULTS = { visibilityTimeoutSeconds: 30, retentionSeconds: 345_600 } as const;
/** Lambda's own. @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const TIMEOUT_SECONDS = 3;

const QUEUES = "aws_sqs_queue";
const NOTIFICATIONS = "aws_s3_bucket_notification";
const ROLE_POLICIES = "aws_iam_role_policy";
const OTHER_POLICIES = ["aws_iam_policy", "aws_s3_bucket_policy"];

export function pipelineFacts(root: IConstruct, stages: readonly CheckedStage[]): PipelineFacts {
  const resources = resourcesOf(root, [QUEUES, NOTIFICATIONS, ROLE_POLICIES]);
  const queues = new Map((resources.get(QUEUES) ?? []).map((queue) => [text(queue.attributes.name), queue]));
  const notifications = (resources.get(NOTIFICATIONS) ?? []).map(notificationsOf);
  const told = byTarget(notifications);
  const granted = byRole(resources.get(ROLE_POLICIES) ?? []);
  return {
    notifications,
    flows: stages.map((stage) => ({
      name: stage.functionName,
      reads: told.get(stage.topic?.topicArn ?? stage.queue.queueArn) ?? [declaredPlace(stage)],
      writes: (granted.get(stage.role.roleName) ?? [])
        .filter(({ actions }) => actions.some((action) => covers(action, ["s3:PutObject"])))
        .flatMap((permission) => permission.resources),
    })),
    queues: stages.map((stage) => queueFactsOf(stage, queues)),
  };
}

/** Everything that anybody is allowed, by a role, a policy of its own, or a bucket. */
export function permissionsIn(root: IConstruct): Permission[] {
  return [...resourcesOf(root, [ROLE_POLICIES, ...OTHER_POLICIES]).values()].flat().flatMap(allowedBy);
}

/** Where nobody in the app tells the stage, what it was told itself. */
function declaredPlace({ source, filter }: CheckedStage): Place {
  return { bucket: source.bucketName, prefix: filter.prefix, suffix: filter.suffix ?? "" };
}

function notificationsOf({ path, attributes }: FinalResource): BucketNotifications {
  const bucket = String(attributes.bucket);
  const entries = ["queue", "topic", "lambda_function"].flatMap((kind) =>
    listOf(attributes[kind] as Record<string, unknown>[] | undefined).map(
      (entry): Notification => ({
        bucket,
        prefix: text(entry.filter_prefix) ?? "",
        suffix: text(entry.filter_suffix) ?? "",
        events: listOf(entry.events as string[] | undefined),
        target: String(entry.queue_arn ?? entry.topic_arn ?? entry.lambda_function_arn),
      }),
    ),
  );
  return { path, bucket, entries };
}

function byTarget(notifications: readonly BucketNotifications[]): Map<string, Place[]> {
  const places = new Map<string, Place[]>();
  for (const entry of notifications.flatMap(({ entries }) => entries)) {
    places.set(entry.target, [...(places.get(entry.target) ?? []), entry]);
  }
  return places;
}

/** A policy belongs to the role around it, else to the one that it names. */
function byRole(policies: readonly FinalResource[]): Map<string, Permission[]> {
  const granted = new Map<string, Permission[]>();
  for (const policy of policies) {
    const owner = policy.construct.node.scopes.find((scope): scope is Role => scope instanceof Role);
    const name = owner?.roleName ?? text(policy.attributes.role);
    if (name !== undefined) granted.set(name, [...(granted.get(name) ?? []), ...allowedBy(policy)]);
  }
  return granted;
}

/** Statements that allow, of a policy that is written out; what a data source writes is known at the apply only. */
function allowedBy({ attributes }: FinalResource): Permission[] {
  const policy = String(attributes.policy ?? "");
  if (!policy.startsWith("{")) return [];
  const { Statement } = JSON.parse(policy) as { Statement?: PolicyStatement | PolicyStatement[] };
  return listOf(Statement)
    .filter(({ Effect }) => Effect === "Allow")
    .map(({ Action, Resource }) => ({ actions: listOf(Action), resources: listOf(Resource) }));
}

interface PolicyStatement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

function queueFactsOf(
  stage: CheckedStage,
  queues: ReadonlyMap<string | undefined, FinalResource>,
): StageQueueFacts {
  const queue = attributesOf(stage.queue.resource) ?? {};
  const redrive = String(queue.redrive_policy ?? "");
  // An ARN that is literal ends in the queue's name.
  const deadArn = redrive.startsWith("{") ? JSON.parse(redrive).deadLetterTargetArn : undefined;
  const dead = queues.get(text(deadArn)?.split(":").at(-1));
  return {
    name: stage.functionName,
    queue: factsOf(queue, stage.queue.queueName),
    timeoutSeconds: number(attributesOf(stage.resource)?.timeout, TIMEOUT_SECONDS),
    batchWindowSeconds: number(attributesOf(stage.mapping)?.maximum_batching_window_in_seconds, 0),
    deadLetterQueue: dead && factsOf(dead.attributes, String(dead.attributes.name)),
  };
}

function factsOf(queue: Readonly<Record<string, unknown>>, queueName: string): QueueFacts {
  const { visibilityTimeoutSeconds, retentionSeconds } = QUEUE_DEFAULTS;
  return {
    queueName,
    visibilityTimeoutSeconds: number(queue.visibility_timeout_seconds, visibilityTimeoutSeconds),
    retentionSeconds: number(queue.message_retention_seconds, retentionSeconds),
    redrives:
      queue.redrive_policy !== undefined && queue.redrive_policy !== null && queue.redrive_policy !== "",
  };
}
