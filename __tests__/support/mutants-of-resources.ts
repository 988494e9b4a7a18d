import { bucketArn, type Mutant, of, open, roleArn } from "./mutant";
import { adds, admits, allows, BASE, bare, forgets, lacks, policyAt } from "./mutant-edits";

const KEY = policyAt("aws_kms_key");
const queue = (name: string) => policyAt("aws_sqs_queue", name);
const topic = (name: string) => policyAt("aws_sns_topic", name);
const bucketPolicy = (name: string) => policyAt("aws_s3_bucket_policy", name);

/** Mistakes in what resources let happen, and in what is beside the policies of a role. */
export const MUTANTS_OF_RESOURCES: readonly Mutant[] = [
  ...of("resource opened", {
    "a bucket to everybody": allows(bucketPolicy("curated"), "s3:GetObject", bucketArn("curated", "/*"), {
      Principal: "*",
    }),
    "a bucket to another account": allows(bucketPolicy("raw"), "s3:GetObject", bucketArn("raw", "/*"), {
      Principal: { AWS: "arn:aws:iam::999999999999:root" },
    }),
    "a bucket to a role": allows(bucketPolicy("state"), "s3:GetObject", bucketArn("state", "/*"), {
      Principal: { AWS: roleArn("totals") },
    }),
    "a queue to everybody": allows(queue("structure"), ...open("sqs:SendMessage", "*")),
    "a queue to a topic of anybody": forgets(queue("load-rows"), "aws:SourceArn"),
    "a queue to a bucket of another account": forgets(queue("structure"), "aws:SourceAccount"),
    "a dead-letter queue to a service": allows(
      queue("structure-dead"),
      ...open("sqs:ReceiveMessage", { Service: "events.amazonaws.com" }),
    ),
    "a topic to everybody": allows(topic("alarms"), ...open("sns:Publish", "*")),
    "a topic to alarms of all accounts": forgets(topic("alarms"), "aws:SourceAccount"),
    "the key to another account": allows(
      KEY,
      ...open("kms:Decrypt", { AWS: "arn:aws:iam::999999999999:root" }),
    ),
    "the key to S3 for anybody": forgets(KEY, "aws:SourceArn"),
    "the key to everybody": allows(KEY, ...open("kms:Decrypt", "*")),
    "the queue to no topic": lacks(queue("load-rows"), "sqs:SendMessage"),
  }),
  ...of("deny removed", {
    "of a bucket without TLS": bare("curated"),
    "of a queue without TLS": admits(queue("load-figures")),
    "of a topic without TLS": admits(topic("manifests")),
    "of a state without TLS": bare("state"),
  }),
  ...of("more of a role", {
    "a policy of AWS": adds("structure", "aws_iam_role_policy_attachment", (id) => ({
      role: `\${aws_iam_role.${id}.name}`,
      policy_arn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    })),
    "AWS's policy of another role": adds("structure", "aws_iam_role_policy_attachment", (id) => ({
      role: `\${aws_iam_role.${id}.name}`,
      policy_arn: "arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2",
    })),
    "a role that nobody knows": adds("structure", "aws_iam_role", () => ({
      name: `${BASE}helper`,
      assume_role_policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      }),
    })),
    "a permission on a function": adds("structure", "aws_lambda_permission", () => ({ principal: "*" })),
  }),
];
