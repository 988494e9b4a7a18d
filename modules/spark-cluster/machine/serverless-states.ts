import { type SparkSubmit, submitParameters } from "../jobs/spark-submit";
import { runWords } from "./run-input";

export interface ServerlessRun {
  readonly applicationId: string;
  readonly jobName: string;
  readonly roleArn: string;
  readonly submit: SparkSubmit;
  /** `s3://` address that the logs go below. */
  readonly logAddress: string;
  readonly keyArn: string;
  /** Seconds after which EMR Serverless itself ends the run; without it that would be 12 hours. */
  readonly timeoutSeconds: number;
  /** By which policies know the run. */
  readonly tags: Readonly<Record<string, string>>;
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
  timeoutSeconds,
  tags,
}: ServerlessRun) {
  const parameters = submitParameters(submit);
  return {
    Resource: "arn:aws:states:::emr-serverless:startJobRun.sync",
    Arguments: {
      ApplicationId: applicationId,
      ExecutionRoleArn: roleArn,
      Name: jobName,
      JobDriver: {
        SparkSubmit: {
          EntryPoint: submit.entryPoint,
          EntryPointArguments: runWords(submit.arguments, submit.startTimeOption),
          ...(parameters === "" ? {} : { SparkSubmitParameters: parameters }),
        },
      },
      ConfigurationOverrides: {
        MonitoringConfiguration: {
          S3MonitoringConfiguration: { LogUri: logAddress, EncryptionKeyArn: keyArn },
        },
      },
      ExecutionTimeoutMinutes: Math.ceil(timeoutSeconds / 60),
      Tags: tags,
    },
  };
}
