import type { GraphEdge } from "./model";
import { type Block, listOf, type Resource, type Resources } from "./resources";

/** What moves data by itself: notifications of buckets, topics that feed queues, queues that call functions, services and their tasks. */
export function flowsIn(resources: Resources): GraphEdge[] {
  return resources.all.flatMap((resource) => {
    if (resource.type === "aws_s3_bucket_notification") return notifications(resource, resources);
    if (resource.type === "aws_sns_topic_subscription") return subscription(resource, resources);
    if (resource.type === "aws_lambda_event_source_mapping") return mapping(resource, resources);
    if (resource.type === "aws_ecs_service") return tasks(resource, resources);
    return [];
  });
}

function notifications({ stack, block }: Resource, resources: Resources): GraphEdge[] {
  const from = resources.find(stack, block.bucket, "aws_s3_bucket")?.resource.module;
  const receivers = [
    ["queue", "queue_arn"],
    ["topic", "topic_arn"],
    ["lambda_function", "lambda_function_arn"],
  ] as const;
  return receivers.flatMap(([argument, arn]) =>
    listOf(block[argument] as Block | readonly Block[] | undefined).flatMap((entry) => {
      const to = resources.find(stack, entry[arn])?.resource.module;
      const { filter_prefix: prefix = "", filter_suffix: suffix = "" } = entry;
      const filter = suffix === "" ? String(prefix) : `${prefix}*${suffix}`;
      return edge(from, to, filter);
    }),
  );
}

function mapping({ stack, block }: Resource, resources: Resources): GraphEdge[] {
  const from = resources.find(stack, block.event_source_arn)?.resource.module;
  const to = resources.find(stack, block.function_name, "aws_lambda_function")?.resource.module;
  return edge(from, to, "");
}

function tasks({ stack, module, block }: Resource, resources: Resources): GraphEdge[] {
  const to = resources.find(stack, block.task_definition, "aws_ecs_task_definition")?.resource.module;
  return edge(module, to, "");
}

/** One to a person, as by email, is none: nobody stands in the picture. */
function subscription({ stack, block }: Resource, resources: Resources): GraphEdge[] {
  const from = resources.find(stack, block.topic_arn, "aws_sns_topic")?.resource.module;
  const to = resources.find(stack, block.endpoint)?.resource.module;
  return edge(from, to, "");
}

/** None inside a module, which is one node. */
function edge(from: string | undefined, to: string | undefined, name: string): GraphEdge[] {
  if (from === undefined || to === undefined || from === to) return [];
  return [{ kind: "flow", from, to, labels: name === "" ? [] : [{ verbs: [], names: [name] }] }];
}
