import { type SparkSubmit, submitParameters } from "../jobs/spark-submit";

export interface ServerlessRun {
  readonly applicationId: string;
  readonly jobName: string;
  readonly roleArn: string;
  readonly submit: SparkSubmit;
  /** `s3://` address that the logs go below. */
  readonly logAddress: string;
  readonly keyArn: string;
}

/**
 * A run of a job on EMR Serverless.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr-serverless.html
 * @see https://docs.aws.amazon.com/emr-serverless/latest/APIReference/API_StartJobRun.html
 */
export function serverlessTask({
  applicationId,
  jobName,
  roleArn,
  submit,
  logAddress,
  keyArn,
}: ServerlessRun) {
  const parameters = submitParameters(submit);
  return {
    Resource: "arn:aws:states:::emr-serverless:startJobRun.sync",
    Parameters: {
      ApplicationId: applicationId,
      ExecutionRoleArn: roleArn,
      Name: jobName,
      JobDriver: {
        SparkSubmit: {
          EntryPoint: submit.entryPoint,
          ...(submit.arguments.length > 0 ? { EntryPointArguments: submit.arguments } : {}),
          ...(parameters === "" ? {} : { SparkSubmitParameters: parameters }),
        },
      },
      ConfigurationOverrides: {
        MonitoringConfiguration: {
          S3MonitoringConfiguration: { LogUri: logAddress, EncryptionKeyArn: keyArn },
        },
      },
    },
  };
}
