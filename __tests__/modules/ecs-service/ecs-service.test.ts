import { TerraformStack, Testing } from "cdktf";
import { EcsCluster, type EcsServiceProps } from "../../../modules";
import { aRole } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { aListener, aService, behindBalancer, fronted, service } from "../../support/service";
import { synth } from "../../support/synth";
import { aTask } from "../../support/task";

const SERVICE = "aws_ecs_service";

test("rolls a bad deployment back, and waits until the service is steady", () => {
  service().one(SERVICE, {
    deployment_circuit_breaker: { enable: true, rollback: true },
    wait_for_steady_state: true,
  });
});

test("fails an apply whose deployment was rolled back, and says where the reason is", () => {
  const check = service().data(SERVICE, { service_name: "orders" });
  expect(check).toEqual({
    service_name: "orders",
    cluster_arn: "arn:aws:ecs:eu-central-1:123456789012:cluster/shop",
    depends_on: [expect.stringMatching(/^aws_ecs_service\.Service_/)],
    lifecycle: {
      postcondition: [
        {
          condition: expect.stringMatching(
            /^\$\{\(self\.task_definition == aws_ecs_task_definition\.Task_\w+\.arn\)}$/,
          ),
          error_message: expect.stringMatching(
            /^The deployment of orders was rolled back: it runs \$\{self\.task_definition} and not \$\{aws_ecs_task_definition\.Task_\w+\.arn}\.\n.*\/ecs\/orders.*\n.*--cluster shop --services orders.*\n.*deploy again\.$/,
          ),
        },
      ],
    },
  });
});

test("runs on the latest platform, without public addresses, spread over its zones", () => {
  service().one(SERVICE, {
    platform_version: "LATEST",
    availability_zone_rebalancing: "ENABLED",
    network_configuration: { assign_public_ip: false },
  });
});

test("hands its tags to its tasks", () => {
  service().one(SERVICE, { enable_ecs_managed_tags: true, propagate_tags: "SERVICE" });
});

test("lets people run commands where the task does", () => {
  service().one(SERVICE, { enable_execute_command: false });
  synth((stack) => void aService(stack, { task: aListener(stack, { executeCommand: true }) })).one(SERVICE, {
    enable_execute_command: true,
  });
});

test("changes its capacity without being made again", () => {
  const tf = service();
  tf.one(SERVICE, { force_new_deployment: true });
  expect(tf.one(SERVICE)).not.toHaveProperty("launch_type");
});

test("waits for all that a first task needs, as literal ARNs hide the order", () => {
  const tf = synth((stack) => {
    const task = aListener(stack);
    const service = behindBalancer(stack, { task });
    service.role.allow({ actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-central-1:1:orders"] });
  });
  expect(tf.one(SERVICE).depends_on).toEqual(
    [
      /^aws_cloudwatch_log_group\.Task_LogGroup_/,
      /^aws_iam_role\.Task_Role_/,
      /^aws_iam_role_policy\.Task_Role_Access_/,
      /^aws_iam_role\.Task_ExecutionRole_/,
      /^aws_iam_role_policy\.Task_ExecutionRole_Access_/,
      /^aws_vpc_security_group_egress_rule\.Service_SecurityGroup_Https_/,
      /^aws_vpc_security_group_egress_rule\.Service_SecurityGroup_BalancerOut_/,
      /^aws_vpc_security_group_ingress_rule\.Service_SecurityGroup_BalancerIn_/,
      /^aws_lb_listener\.Web_Https_/,
    ].map((address) => expect.stringMatching(address)),
  );
});

test("waits for a cluster of its own stack and what that offers, and not for one of another", () => {
  const tf = synth((stack) => {
    const cluster = new EcsCluster(stack, "Own", {
      ...{ clusterName: "shop", keyAlias: "alias/orders" },
      keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1",
    });
    aService(stack, { cluster });
  });
  const waitsFor = (type: string) => expect.arrayContaining([expect.stringMatching(`^${type}\\.Own_`)]);
  expect(tf.one(SERVICE).depends_on).toEqual(waitsFor("aws_ecs_cluster"));
  expect(tf.one(SERVICE).depends_on).toEqual(waitsFor("aws_ecs_cluster_capacity_providers"));
  expect(service().one(SERVICE).depends_on).not.toEqual(waitsFor("aws_ecs_cluster"));
});

test("rejects another cluster than that of its task", () => {
  const message = messageOf(() =>
    synth((stack) => {
      const cluster = EcsCluster.fromName(stack, "Other", { clusterName: "other", keyAlias: "alias/orders" });
      aService(stack, { cluster });
    }),
  );
  expect(message).toBe("Test/Service: cluster must be that of the task (shop), got other");
});

test("has a literal ARN, and the role of its task", () => {
  synth((stack) => {
    const task = aListener(stack);
    const { serviceArn, role } = aService(stack, { task });
    expect(serviceArn).toBe("arn:aws:ecs:eu-central-1:123456789012:service/shop/orders");
    expect(role).toBe(task.role);
  });
});

test("is called by the balancer on its port and by nobody else, and reaches HTTPS only", () => {
  const tf = fronted();
  const own = /^\$\{aws_security_group\.Service_SecurityGroup_\w+\.id}$/;
  const balancer = /^\$\{aws_security_group\.Web_SecurityGroup_\w+\.id}$/;
  const of = (group: RegExp) => ({ security_group_id: expect.stringMatching(group) });
  const port = { ip_protocol: "tcp", from_port: 8080, to_port: 8080 };
  tf.one("aws_vpc_security_group_ingress_rule", {
    ...of(own),
    ...port,
    referenced_security_group_id: expect.stringMatching(balancer),
  });
  tf.one("aws_vpc_security_group_egress_rule", {
    ...of(balancer),
    ...port,
    referenced_security_group_id: expect.stringMatching(own),
  });
  tf.one("aws_vpc_security_group_egress_rule", { ...of(own), from_port: 443, to_port: 443 });
  expect(service().all("aws_vpc_security_group_ingress_rule")).toEqual([]);
});

test("is called by a client that was granted it, once", () => {
  const tf = synth((stack) => {
    const target = aService(stack);
    const client = Object.assign(aRole(stack, "Client"), { securityGroupId: "sg-client" });
    target.grantConnect(client);
    target.grantConnect(client);
  });
  tf.one("aws_vpc_security_group_ingress_rule", {
    from_port: 8080,
    to_port: 8080,
    referenced_security_group_id: "sg-client",
    description: "From Client",
  });
  tf.one("aws_vpc_security_group_egress_rule", {
    security_group_id: "sg-client",
    from_port: 8080,
    description: "To Service orders",
  });
});

test("rejects a client that is in no VPC", () => {
  const message = messageOf(() =>
    synth((stack) => {
      aService(stack).grantConnect(aRole(stack, "Client"));
    }),
  );
  expect(message).toBe("Test/Service: client must be in the VPC, got Test/Client without one");
});

test("rejects a call of a task without a port", () => {
  const message = messageOf(() =>
    synth((stack) => {
      const target = aService(stack, { task: aTask(stack) });
      target.grantConnect(Object.assign(aRole(stack, "Client"), { securityGroupId: "sg-client" }));
    }),
  );
  expect(message).toBe("Test/Service: task must have a port to be called, got Test/Task without");
});

test("runs nothing and scales nothing with no task, and would take the number of tasks from the props", () => {
  const tf = service({ desiredCount: 0, scaling: { minCount: 2, maxCount: 4, cpuPercent: 60 } });
  tf.one(SERVICE, { desired_count: 0 });
  expect(tf.one(SERVICE)).not.toHaveProperty("lifecycle");
  expect(tf.all("aws_appautoscaling_target")).toEqual([]);
});

test.each<[Partial<EcsServiceProps>, string]>([
  [{ serviceName: "" }, "serviceName must be 1 to 255 letters, digits, _ and -, got nothing"],
  [{ serviceName: "a.b" }, "serviceName must be 1 to 255 letters, digits, _ and -, got a.b"],
  [{ desiredCount: -1 }, "desiredCount must be a whole number of 0 to 5000, got -1"],
  [{ desiredCount: 1.5 }, "desiredCount must be a whole number of 0 to 5000, got 1.5"],
  [{ steadyCount: 0 }, "steadyCount must be a whole number of 1 to 5000, got 0"],
  [{ spotWeight: 0 }, "spotWeight must be a whole number of 1 to 1000, got 0"],
  [{ healthGraceSeconds: -1 }, "healthGraceSeconds must be a whole number of 0 to 2147483647, got -1"],
  [{ minimumHealthyPercent: 101 }, "minimumHealthyPercent must be a whole number of 0 to 100, got 101"],
  [{ maximumPercent: 100 }, "maximumPercent must be a whole number of 101 to 200, got 100"],
  [{ errorAlarmCount: -1 }, "errorAlarmCount must be a whole number of 0 or more, got -1"],
  [{ responseAlarmSeconds: 0 }, "responseAlarmSeconds must be more than 0, and 4000 at most, got 0"],
  [{ cpuAlarmPercent: 0 }, "cpuAlarmPercent must be a whole number of 1 to 100, got 0"],
  [{ memoryAlarmPercent: 101 }, "memoryAlarmPercent must be a whole number of 1 to 100, got 101"],
  [{ subnetIds: ["subnet-1"] }, "subnetIds must hold at least two, in two zones, got 1"],
  [{ healthPath: "/ready" }, "healthPath must go with a balancer, got /ready"],
  [{ hosts: ["a.example.com"] }, "hosts must go with a balancer, got a.example.com"],
])("rejects %j", (props, mistake) => {
  expect(messageOf(() => service(props))).toBe(`Test/Service: ${mistake}`);
});

test("rejects a balancer without a path that it asks, or before a task that does not listen", () => {
  expect(messageOf(() => fronted({ healthPath: undefined }))).toBe(
    "Test/Service: healthPath must go with a balancer, got none",
  );
  const deaf = () =>
    synth((stack) => {
      const task = aTask(stack);
      behindBalancer(stack, { task });
    });
  expect(messageOf(deaf)).toBe(
    "Test/Service: task must have a port behind a balancer, got Test/Task without",
  );
});

test("rejects all mistakes at once, those of its end too", () => {
  const mistakes = messageOf(() =>
    service({ desiredCount: 9, serverGraceSeconds: 30, scaling: { minCount: 0, maxCount: 4 } }),
  );
  expect(mistakes.split("\n")).toEqual([
    "Test/Service: scaling.minCount must be a whole number of 1 to 5000, got 0",
    "Test/Service: desiredCount must be 0, or scaling.minCount to scaling.maxCount (0 to 4), got 9",
    "Test/Service: scaling must have cpuPercent, memoryPercent, requestsPerTarget or schedules, got none",
    "Test/Service: serverGraceSeconds must be a whole number from 0 and below stopTimeoutSeconds, or the server is " +
      "killed before it has ended, got 30 (deregistrationDelaySeconds none, stopTimeoutSeconds 30, serverGraceSeconds 30)",
  ]);
});

test("rejects a service that does not say how long its server takes to end, at compile time", () => {
  const stack = new TerraformStack(Testing.app(), "Test");
  // @ts-expect-error serverGraceSeconds cannot be left out
  expect(() => aService(stack, { serverGraceSeconds: undefined })).toThrow();
});
