import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import type { Construct } from "constructs";
import { BaseStack } from "./base";

const STAGES = ["structure", "load", "prices", "stories", "exports"];

/** Stages of queue, function, role, logs and alarms, and the contract: 55 blocks. */
export class PipelineStack extends BaseStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const functionArns = STAGES.map((name) => this.createStage(name));
    new SsmParameter(this, "Contract", {
      name: "/bench/dev/pipeline",
      type: "String",
      insecureValue: JSON.stringify({ functionArns }),
    });
    for (const kind of ["Errors", "Throttles", "Duration", "ConcurrentExecutions"]) {
      this.createAlarm(`All-${kind}`, "AWS/Lambda", kind, {});
    }
  }

  private createStage(name: string): string {
    const dead = new SqsQueue(this, `Dead-${name}`, {
      name: `bench-dev-${name}-dead`,
      sqsManagedSseEnabled: true,
    });
    const queue = new SqsQueue(this, `Queue-${name}`, {
      name: `bench-dev-${name}`,
      visibilityTimeoutSeconds: 360,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 5 }),
    });
    new SqsQueuePolicy(this, `QueuePolicy-${name}`, {
      queueUrl: queue.url,
      policy: this.createDocument(`QueueDocument-${name}`, "sqs:SendMessage", queue.arn),
    });
    const role = new IamRole(this, `Role-${name}`, {
      name: `bench-dev-${name}`,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      }),
    });
    const policy = new IamRolePolicy(this, `Policy-${name}`, {
      role: role.id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage"], Resource: queue.arn },
        ],
      }),
    });
    const logs = new CloudwatchLogGroup(this, `Logs-${name}`, {
      name: `/aws/lambda/bench-dev-${name}`,
      retentionInDays: 30,
    });
    const worker = new LambdaFunction(this, `Function-${name}`, {
      functionName: `bench-dev-${name}`,
      role: role.arn,
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: "index.handler",
      filename: `${name}.zip`,
      memorySize: 1024,
      timeout: 60,
      environment: { variables: { QUEUE_URL: queue.url, STAGE: name } },
      loggingConfig: { logFormat: "JSON", logGroup: logs.name },
    });
    new LambdaEventSourceMapping(this, `Mapping-${name}`, {
      eventSourceArn: queue.arn,
      functionName: worker.arn,
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      dependsOn: [policy],
    });
    this.createAlarm(`Dead-${name}`, "AWS/SQS", "ApproximateNumberOfMessagesVisible", {
      QueueName: dead.name,
    });
    return worker.arn;
  }

  private createDocument(id: string, action: string, resource: string): string {
    return new DataAwsIamPolicyDocument(this, id, {
      statement: [
        {
          actions: [action],
          resources: [resource],
          principals: [{ type: "Service", identifiers: ["s3.amazonaws.com"] }],
          condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: ["123456789012"] }],
        },
      ],
    }).json;
  }

  private createAlarm(
    id: string,
    namespace: string,
    metricName: string,
    dimensions: Record<string, string>,
  ): void {
    new CloudwatchMetricAlarm(this, `Alarm-${id}`, {
      alarmName: `bench-dev-${id}`,
      namespace,
      metricName,
      dimensions,
      statistic: "Maximum",
      period: 60,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
    });
  }
}
