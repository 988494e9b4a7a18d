import { type SparkSubmit, stepArguments } from "../jobs/spark-submit";
import { jsonata, runWords } from "./run-input";
import { AGAIN, caughtTo, type States } from "./states";

const POLL_SECONDS = 30;

/** Where the states of a cluster that the machine makes find its id. */
const MADE_CLUSTER = { "ClusterId.$": "$.cluster.ClusterId" };

/** The same id, for states that speak JSONata. */
export const MADE_CLUSTER_ID = jsonata("$states.input.cluster.ClusterId");

/**
 * Makes a cluster and waits until it takes steps. The id is asked for first and waited for apart: with `.sync`, an
 * error on the way would leave a cluster behind that nobody can name.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr.html
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-overview.html#emr-overview-cluster-lifecycle
 */
export function clusterStates(request: object, startTimeoutMinutes: number, next: string): States {
  const ended = ["TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS"];
  return {
    "Make the cluster": {
      Type: "Task",
      Resource: "arn:aws:states:::elasticmapreduce:createCluster",
      Parameters: request,
      ResultPath: "$.cluster",
      Catch: caughtTo("Unlock"),
      Next: "Wait for the cluster",
    },
    "Wait for the cluster": { Type: "Wait", Seconds: POLL_SECONDS, Next: "Count" },
    Count: {
      Type: "Pass",
      Parameters: { "count.$": "States.MathAdd($.polls.count, 1)" },
      ResultPath: "$.polls",
      Next: "Look at the cluster",
    },
    "Look at the cluster": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:emr:describeCluster",
      Parameters: MADE_CLUSTER,
      ResultSelector: { "Status.$": "$.Cluster.Status" },
      ResultPath: "$.status",
      Retry: AGAIN,
      Catch: caughtTo("Terminate"),
      Next: "Does it take steps?",
    },
    "Does it take steps?": {
      Type: "Choice",
      Choices: [
        ...["WAITING", "RUNNING"].map((State) => ({
          Variable: "$.status.Status.State",
          StringEquals: State,
          Next: next,
        })),
        ...ended.map((State) => ({
          Variable: "$.status.Status.State",
          StringEquals: State,
          Next: "It did not start",
        })),
        {
          Variable: "$.polls.count",
          NumericGreaterThanEquals: Math.ceil((startTimeoutMinutes * 60) / POLL_SECONDS),
          Next: "It did not start",
        },
      ],
      Default: "Wait for the cluster",
    },
    "It did not start": {
      Type: "Pass",
      Parameters: { Error: "ClusterDidNotStart", "Cause.$": "States.JsonToString($.status.Status)" },
      ResultPath: "$.failure",
      Next: "Terminate",
    },
  };
}

/** What ends the cluster, whatever has happened; where it cannot, the execution fails and its alarm says so. */
export function terminateStates(next: string): States {
  return {
    Terminate: {
      Type: "Task",
      Resource: "arn:aws:states:::elasticmapreduce:terminateCluster",
      Parameters: MADE_CLUSTER,
      ResultPath: null,
      Retry: AGAIN,
      Catch: caughtTo(next),
      Next: next,
    },
  };
}

/**
 * A step of a cluster, with a role of its own. What a failure means is the machine's affair, so EMR goes on.
 *
 * @see https://docs.aws.amazon.com/emr/latest/APIReference/API_AddJobFlowSteps.html
 * @see https://docs.aws.amazon.com/emr/latest/APIReference/API_StepConfig.html
 */
export function stepTask(clusterId: string, jobName: string, roleArn: string, submit: SparkSubmit) {
  return {
    Resource: "arn:aws:states:::elasticmapreduce:addStep.sync",
    Arguments: {
      ClusterId: clusterId,
      ExecutionRoleArn: roleArn,
      Step: {
        Name: jobName,
        ActionOnFailure: "CONTINUE",
        HadoopJarStep: {
          Jar: "command-runner.jar",
          Args: runWords(stepArguments(submit), submit.startTimeOption),
        },
      },
    },
  };
}
