import { AGAIN, type State, type States } from "./states";

/** The only key of the table: one item, or none. */
export const LOCK_KEY = "lock";

/** Attribute that is the key of the table. */
export const LOCK_ATTRIBUTE = "id";

const TAKEN = "DynamoDB.ConditionalCheckFailedException";
/** As Step Functions names it, and as the error itself is named. */
const FORGOTTEN = ["Sfn.ExecutionDoesNotExistException", "Sfn.ExecutionDoesNotExist"];
const CONTEXT = "$$.Execution.Id";
const HOLDER = "$.lock.Item.holder.S";

/**
 * One execution at a time, from `Lock` to `next`. A conditional put is the one thing here that two can not both win:
 * listing executions or clusters is eventually consistent. An execution that finds another at work ends well and does
 * nothing. One that was stopped leaves its lock behind; the next sees that the holder no longer runs, and takes over.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
 */
export function lockStates(tableName: string, next: string): States {
  return {
    Lock: {
      ...put(tableName, `attribute_not_exists(${LOCK_ATTRIBUTE}) OR holder = :holder`, CONTEXT),
      Retry: retryUnlessTaken,
      Catch: [{ ErrorEquals: [TAKEN], ResultPath: null, Next: "Holder" }],
      Next: next,
    },
    Holder: {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:getItem",
      Parameters: { TableName: tableName, Key: key, ConsistentRead: true },
      ResultPath: "$.lock",
      Retry: AGAIN,
      Next: "Is it still locked?",
    },
    "Is it still locked?": {
      Type: "Choice",
      Choices: [{ Variable: "$.lock.Item", IsPresent: true, Next: "Execution of the holder" }],
      Default: "Lock",
    },
    "Execution of the holder": {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sfn:describeExecution",
      Parameters: { "ExecutionArn.$": HOLDER },
      ResultSelector: { "Status.$": "$.Status" },
      ResultPath: "$.holder",
      Retry: [{ ...AGAIN[0], ErrorEquals: ["States.TaskFailed"], MaxAttempts: 3 }],
      // Step Functions forgets an execution after 90 days.
      Catch: [{ ErrorEquals: FORGOTTEN, ResultPath: null, Next: "Take over" }],
      Next: "Does it run?",
    },
    "Does it run?": {
      Type: "Choice",
      Choices: [{ Variable: "$.holder.Status", StringEquals: "RUNNING", Next: "Another is at work" }],
      Default: "Take over",
    },
    "Take over": {
      ...put(tableName, "holder = :holder", HOLDER),
      Retry: retryUnlessTaken,
      Catch: [{ ErrorEquals: [TAKEN], ResultPath: null, Next: "Another is at work" }],
      Next: next,
    },
    "Another is at work": { Type: "Succeed" },
  };
}

/** Gives the lock back. Where that fails nothing is lost: the next execution takes over. */
export function unlockState(tableName: string, next: string): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::dynamodb:deleteItem",
    Parameters: {
      TableName: tableName,
      Key: key,
      ConditionExpression: "holder = :holder",
      ExpressionAttributeValues: { ":holder": { "S.$": CONTEXT } },
    },
    ResultPath: null,
    Retry: retryUnlessTaken,
    Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: next }],
    Next: next,
  };
}

const key = { [LOCK_ATTRIBUTE]: { S: LOCK_KEY } };

/** A lost condition is an answer; all else is tried again. */
const retryUnlessTaken = [{ ErrorEquals: [TAKEN], MaxAttempts: 0 }, ...AGAIN];

/** Writes this execution into the lock, where the condition on `:holder` holds. */
function put(tableName: string, condition: string, holder: string): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::dynamodb:putItem",
    Parameters: {
      TableName: tableName,
      Item: { ...key, holder: { "S.$": CONTEXT }, since: { "S.$": "$$.Execution.StartTime" } },
      ConditionExpression: condition,
      ExpressionAttributeValues: { ":holder": { "S.$": holder } },
    },
    ResultPath: null,
  };
}
