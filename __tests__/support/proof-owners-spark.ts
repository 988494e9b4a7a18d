import type { PlatformConfig } from "../../config/load";
import { SPARK_JOBS } from "../../config/naming";
import type { Other, Owner } from "./proof-uses";

const EMR_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2";
const ALL_OF_KEY = "Decrypt DescribeKey Encrypt GenerateDataKey";

/** A job's own files; what it reads, what it writes anew, and what it only replaces. */
const job = (
  name: string,
  reads: readonly string[],
  keeps: readonly string[],
  replaces: readonly string[] = [],
): Owner => ({
  takers: { principals: ["role/~-spark-instance"], tagSession: true },
  uses: {
    ...{ finds: ["curated"], uploads: ["curated"], keeps, replaces },
    reads: [`spark/~-spark/jobs/${name}/`, ...reads],
  },
});

const TAG = "elasticmapreduce:ResourceTag/spark-cluster";
const NEW_TAG = "elasticmapreduce:RequestTag/spark-cluster";
const RUN_TAG = "elasticmapreduce:RequestTag/for-use-with-amazon-emr-managed-policies";

/** The clusters' own roles, and who starts them. */
const SPARK: Readonly<Record<string, Owner>> = {
  "spark-compact-curated": job("compact-curated", ["curated/events/"], ["curated/compacted/"]),
  "spark-aggregate-content": job(
    "aggregate-content",
    ["curated/events/", "curated/compacted/"],
    ["curated/aggregates/"],
  ),
  "spark-train-recommendations": job(
    "train-recommendations",
    ["curated/events/", "curated/compacted/"],
    ["curated/recommendations/"],
  ),
  "spark-erase-visitors": job(
    "erase-visitors",
    ["spark/requests/"],
    ["curated/erasures/"],
    ["curated/events/", "curated/compacted/", "curated/versions/"],
  ),
  "spark-instance": {
    takers: { service: "ec2.amazonaws.com" },
    uses: {
      reads: ["spark/~-spark/bootstrap/", "spark/~-spark/jobs/"],
      writes: ["spark/~-spark/logs/"],
      key: { any: ALL_OF_KEY }, // disks
      also: SPARK_JOBS.map((name) => ({
        actions: "sts:AssumeRole sts:TagSession",
        on: `iam::#:role/~-spark-${name}`,
      })),
    },
  },
  "spark-service": {
    takers: { service: "elasticmapreduce.amazonaws.com", source: "elasticmapreduce:@:*" },
    managed: [EMR_POLICY],
    uses: {
      key: { any: `${ALL_OF_KEY} ReEncryptFrom ReEncryptTo` },
      also: [
        pass("spark-instance", "ec2"),
        {
          actions: "kms:CreateGrant",
          on: "kms:@:key/&",
          when: { "kms:GrantIsForAWSResource": ["true"] },
        },
      ],
    },
  },
  "spark-machine": {
    takers: { service: "states.amazonaws.com", source: "states:@:stateMachine:~-spark" },
    uses: {
      items: { "spark-lock": "GetItem PutItem DeleteItem" },
      // What a log of Step Functions needs has no resource: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
      star: [
        ...["CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery"],
        ...["ListLogDeliveries", "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"],
      ].map((verb) => `logs:${verb}`),
      also: [
        pass("spark-instance", "ec2"),
        pass("spark-service", "elasticmapreduce"),
        {
          actions: "elasticmapreduce:RunJobFlow",
          on: "*",
          when: { [NEW_TAG]: ["~-spark"], [RUN_TAG]: ["true"] },
        },
        {
          actions: "elasticmapreduce:AddTags",
          on: "elasticmapreduce:@:cluster/*",
          when: { [NEW_TAG]: ["~-spark"] },
        },
        {
          actions: "CancelSteps DescribeCluster DescribeStep TerminateJobFlows"
            .split(" ")
            .map((verb) => `elasticmapreduce:${verb}`)
            .join(" "),
          on: "elasticmapreduce:@:cluster/*",
          when: { [TAG]: ["~-spark"] },
        },
        {
          actions: "elasticmapreduce:AddJobFlowSteps",
          on: "elasticmapreduce:@:cluster/*",
          when: {
            [TAG]: ["~-spark"],
            "elasticmapreduce:ExecutionRoleArn": SPARK_JOBS.map((name) => `iam::#:role/~-spark-${name}`),
          },
        },
        {
          actions: "iam:CreateServiceLinkedRole",
          on: "iam::#:role/aws-service-role/elasticmapreduce.amazonaws.com/AWSServiceRoleForEMRCleanup",
          when: { "iam:AWSServiceName": ["elasticmapreduce.amazonaws.com"] },
        },
        { actions: "states:DescribeExecution", on: "states:@:execution:~-spark:*" },
      ],
    },
  },
};

function pass(role: string, service: string): Other {
  return {
    actions: "iam:PassRole",
    on: `iam::#:role/~-${role}`,
    when: { "iam:PassedToService": [`${service}.amazonaws.com`] },
  };
}

const schedule: Owner = {
  takers: { service: "scheduler.amazonaws.com", source: "scheduler:@:schedule-group/~-spark" },
  uses: {
    ...{ sends: ["spark-dead"], key: { scheduler: "Decrypt" } },
    also: [{ actions: "states:StartExecution", on: "states:@:stateMachine:~-spark" }],
  },
};

/** Roles of the jobs, of their clusters, and of what starts them. */
export const sparkOwners = ({ spark }: PlatformConfig): Readonly<Record<string, Owner>> => ({
  ...(spark ? SPARK : {}),
  ...(spark?.schedule === undefined ? {} : { "spark-schedule": schedule }),
});
