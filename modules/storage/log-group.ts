import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import type { Grantee } from "../iam";
import { arnOf, ModuleError } from "../shared";

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export interface LogGroupProps {
  /** Name in AWS, such as `/aws/lambda/<function>`. */
  readonly logGroupName: string;
  /** ARN of the key; CloudWatch Logs takes no alias. */
  readonly keyArn: string;
  /** Days that a log line is kept: one of the values that CloudWatch Logs knows. */
  readonly retentionDays: number;
}

/** A log group, encrypted, that forgets. */
export class LogGroup extends Construct {
  readonly logGroupName: string;
  /** Literal. */
  readonly logGroupArn: string;
  readonly resource: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: LogGroupProps) {
    super(scope, id);
    if (!RETENTION_DAYS.includes(props.retentionDays)) {
      const rule = `retentionDays must be one of ${RETENTION_DAYS.join(", ")}`;
      throw new ModuleError(this, `${rule}, got ${props.retentionDays}`);
    }
    this.logGroupName = props.logGroupName;
    this.logGroupArn = arnOf(this, "logs", `log-group:${props.logGroupName}`);
    this.resource = new CloudwatchLogGroup(this, "Resource", {
      name: props.logGroupName,
      kmsKeyId: props.keyArn,
      retentionInDays: props.retentionDays,
    });
  }

  /** Lets `grantee` write log lines into streams of this group. */
  grantWrite(grantee: Grantee): void {
    grantee.allow({
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [`${this.logGroupArn}:*`],
    });
  }
}
