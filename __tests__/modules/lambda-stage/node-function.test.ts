import type { TerraformStack } from "cdktf";
import { AlarmTopic, NodeFunction, type NodeFunctionProps } from "../../../modules";
import { aRole, keyStatement, statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { aBundle } from "../../support/stage";
import { synth } from "../../support/synth";

interface Env {
  readonly TABLE: string;
}

const aFunction = (stack: TerraformStack, props: Partial<NodeFunctionProps<Env>> = {}) =>
  new NodeFunction<Env>(stack, "Lookup", {
    functionName: "lookup",
    description: "Looks up",
    bundle: aBundle(),
    keyAlias: "alias/orders",
    keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1",
    environment: { TABLE: "prices" },
    ...props,
  });

test("has no queue, and a role that can write its log, read its variables, and nothing else", () => {
  const tf = synth((stack) => void aFunction(stack));
  expect(tf.all("aws_sqs_queue")).toEqual([]);
  expect(statementsOf(tf.one("aws_iam_role_policy").policy)).toEqual([
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/lookup:*",
    },
    keyStatement("lambda", "kms:Decrypt"),
  ]);
});

test("waits in a VPC until its role may join it", () => {
  const tf = synth((stack) => void aFunction(stack, { vpc: { vpcId: "vpc-1", subnetIds: ["subnet-1"] } }));
  expect(tf.one("aws_lambda_function").depends_on).toEqual([
    expect.stringMatching(/^aws_cloudwatch_log_group\.Lookup_LogGroup_/),
    expect.stringMatching(/^aws_iam_role\.Lookup_Role_/),
    expect.stringMatching(/^aws_iam_role_policy\.Lookup_Role_Access_/),
  ]);
});

test("has a security group in a VPC only", () => {
  synth((stack) => {
    expect(aFunction(stack).securityGroupId).toBeUndefined();
  });
  synth((stack) => {
    const { securityGroupId } = aFunction(stack, { vpc: { vpcId: "vpc-1", subnetIds: ["subnet-1"] } });
    expect(securityGroupId).toMatch(/^\$\{TfToken\[/);
  });
});

test("lets nobody call it until granted", () => {
  const tf = synth((stack) => {
    const caller = aRole(stack);
    aFunction(stack).grantInvoke(caller);
  });
  const [statement, ...others] = statementsOf(
    tf.one("aws_iam_role_policy", { policy: expect.stringContaining("InvokeFunction") }).policy,
  );
  expect(others).toEqual([]);
  expect(statement).toEqual({
    Effect: "Allow",
    Action: "lambda:InvokeFunction",
    Resource: "arn:aws:lambda:eu-central-1:123456789012:function:lookup",
  });
});

test("has alarms of its own, each of which says what to do", () => {
  const tf = synth((stack) => {
    aFunction(stack, { alarmTopic: AlarmTopic.fromName(stack, "Alarms", { topicName: "alarms" }) });
  });
  const alarms = tf.all("aws_cloudwatch_metric_alarm");
  expect(alarms.map(({ alarm_name, alarm_description }) => [alarm_name, alarm_description])).toEqual([
    [
      "lookup-duration",
      "A call of lookup took 80 % of its 60 s or more: raise time-out or memory before calls are cut off.",
    ],
    [
      "lookup-errors",
      "Calls of lookup failed as a whole: it threw, timed out or ran out of memory. Read its log at that time.",
    ],
    [
      "lookup-throttles",
      "Calls of lookup were refused: raise its reserved concurrency, or find what uses up the account's.",
    ],
  ]);
});

test("rejects all mistakes at once", () => {
  const message = messageOf(() =>
    synth((stack) => void aFunction(stack, { memoryMiB: 64, timeoutSeconds: 901 })),
  );
  expect(message.split("\n")).toEqual([
    "Test/Lookup: memoryMiB must be 128 to 10240, got 64",
    "Test/Lookup: timeoutSeconds must be 1 to 900, got 901",
  ]);
});
