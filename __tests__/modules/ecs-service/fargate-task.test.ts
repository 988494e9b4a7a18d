import type { TerraformStack } from "cdktf";
import { Role } from "../../../modules";
import { EcsCluster } from "../../../modules/ecs-service/task/ecs-cluster";
import { statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";
import { aTask, container, mayDo, task } from "../../support/task";

const ecs = (resource: string) => `arn:aws:ecs:eu-central-1:123456789012:${resource}`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

test("writes of a container what ECS gives back, and nothing that has nothing to say", () => {
  expect(container(task())).toEqual({
    name: "app",
    image: expect.stringMatching(
      /^123456789012\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/shop\/orders@sha256:/,
    ),
    essential: true,
    linuxParameters: { initProcessEnabled: true },
    readonlyRootFilesystem: true,
    stopTimeout: 30,
    logConfiguration: expect.objectContaining({ logDriver: "awslogs" }),
  });
});

test("writes the same text for variables in another order", () => {
  const text = (environment: Record<string, string>) =>
    task({ environment }).one("aws_ecs_task_definition").container_definitions;
  expect(text({ B: "2", A: "1" })).toBe(text({ A: "1", B: "2" }));
});

test("runs on Fargate with a network interface of its own", () => {
  task().one("aws_ecs_task_definition", {
    requires_compatibilities: ["FARGATE"],
    network_mode: "awsvpc",
  });
});

test.each(["orders", "orders-execution"])(
  "lets ECS take %s for tasks of this account and region alone",
  (name) => {
    const { assume_role_policy } = task().one("aws_iam_role", { name });
    expect(statementsOf(assume_role_policy)).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": ecs("*") },
        },
      },
    ]);
  },
);

test("has two roles: one for the containers, and one to start them", () => {
  task().one("aws_ecs_task_definition", {
    task_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.Task_Role_\w+\.arn}$/),
    execution_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.Task_ExecutionRole_\w+\.arn}$/),
  });
});

test("may, to start, write this log and pull this image; its containers may nothing until granted", () => {
  const tf = task();
  expect(statementsOf(tf.one("aws_iam_role_policy").policy)).toEqual([
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "arn:aws:logs:eu-central-1:123456789012:log-group:/ecs/orders:*",
    },
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      Resource: "arn:aws:ecr:eu-central-1:123456789012:repository/shop/orders",
    },
  ]);
  expect(tf.one("aws_iam_role_policy").role).toMatch(/Task_ExecutionRole_/);
});

test("comes after its log and its roles, which literal names hide", () => {
  const { depends_on } = task({ executeCommand: true }).one("aws_ecs_task_definition");
  expect(depends_on).toEqual([
    expect.stringMatching(/^aws_cloudwatch_log_group\.Task_LogGroup_/),
    expect.stringMatching(/^aws_iam_role\.Task_Role_/),
    expect.stringMatching(/^aws_iam_role_policy\.Task_Role_Access_/),
    expect.stringMatching(/^aws_iam_role\.Task_ExecutionRole_/),
    expect.stringMatching(/^aws_iam_role_policy\.Task_ExecutionRole_Access_/),
  ]);
});

test("tells what runs it how to stop it, where it listens and how to wait for it", () => {
  synth((stack) => {
    const made = aTask(stack, { port: 8080, stopTimeoutSeconds: 60, executeCommand: true });
    expect(made).toMatchObject({
      mainContainer: "app",
      port: 8080,
      stopTimeoutSeconds: 60,
      executeCommand: true,
    });
    expect(made.taskDefinitionArnPattern).toBe(ecs("task-definition/orders:*"));
    expect(made.ready).toHaveLength(5);
  });
});

const runs = (cluster: string) => [
  {
    Effect: "Allow",
    Action: "ecs:RunTask",
    Resource: ecs("task-definition/orders:*"),
    Condition: { ArnEquals: { "ecs:cluster": ecs(`cluster/${cluster}`) } },
  },
  {
    Effect: "Allow",
    Action: "ecs:TagResource",
    Resource: ecs(`task/${cluster}/*`),
    Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
  },
  {
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: [role("orders"), role("orders-execution")],
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  },
];

const aRunner = (stack: TerraformStack) =>
  new Role(stack, "Runner", { roleName: "runner", service: "lambda.amazonaws.com", description: "Runs" });

test("lets a role run it in its cluster, hand it its two roles and no others, and pass its tags on", () => {
  const tf = synth((stack) => aTask(stack).grantRun(aRunner(stack)));
  expect(mayDo(tf, "runner")).toEqual(runs("shop"));
});

test("lets a role run it in another cluster", () => {
  const tf = synth((stack) => {
    const other = EcsCluster.fromName(stack, "Other", { clusterName: "other", keyAlias: "alias/orders" });
    aTask(stack).grantRun(aRunner(stack), other);
  });
  expect(mayDo(tf, "runner")).toEqual(runs("other"));
});

test("does not compile, nor synthesise, with a size that Fargate lacks", () => {
  // @ts-expect-error 256 CPU units go with 2,048 MiB at most
  const make = () => task({ size: { cpuUnits: 256, memoryMiB: 4_096 } });
  expect(messageOf(make)).toBe(
    "Test/Task: memoryMiB must be one of 512, 1024, 2048 with cpuUnits 256, got 4096",
  );
});
