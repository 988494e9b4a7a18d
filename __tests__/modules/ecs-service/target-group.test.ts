import { Token } from "cdktf";
import type { ServiceTargetsProps } from "../../../modules/ecs-service/balancer/target-group-props";
import { aBalancer, COGNITO, someTargets } from "../../support/balancer";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

type Props = Partial<ServiceTargetsProps>;
const targets = (props?: Props) => synth((stack) => someTargets(stack, props));

test("are tasks by their address, over HTTP, and the one with the fewest requests gets the next", () => {
  targets().one("aws_lb_target_group", {
    vpc_id: "vpc-1",
    port: 8080,
    protocol: "HTTP",
    target_type: "ip",
    load_balancing_algorithm_type: "least_outstanding_requests",
    stickiness: { enabled: false, type: "lb_cookie" },
  });
});

test("get requests after two good checks, none after three bad ones", () => {
  targets().one("aws_lb_target_group", {
    health_check: {
      enabled: true,
      protocol: "HTTP",
      port: "traffic-port",
      path: "/health/ready",
      matcher: "200",
      interval: 10,
      timeout: 5,
      healthy_threshold: 2,
      unhealthy_threshold: 3,
    },
  });
});

test("are checked as told", () => {
  const told = { healthIntervalSeconds: 30, healthTimeoutSeconds: 10, healthyCount: 3, unhealthyCount: 4 };
  targets(told).one("aws_lb_target_group", {
    health_check: { interval: 30, timeout: 10, healthy_threshold: 3, unhealthy_threshold: 4 },
  });
});

test.each([
  [undefined, "30"],
  [0, "0"],
  [120, "120"],
])("leave within their delay: told %s, %s s", (deregistrationDelaySeconds, deregistration_delay) => {
  const props = deregistrationDelaySeconds === undefined ? {} : { deregistrationDelaySeconds };
  targets(props).one("aws_lb_target_group", { deregistration_delay });
});

test("begin slowly when told so", () => {
  targets({ slowStartSeconds: 60, algorithm: "round_robin" }).one("aws_lb_target_group", {
    slow_start: 60,
    load_balancing_algorithm_type: "round_robin",
  });
});

describe("their name", () => {
  const nameOf = (props?: Props) => targets(props).one("aws_lb_target_group").name;

  test("ends with a hash and fits into 32 characters, and the new group is there before the old one goes", () => {
    expect(nameOf()).toMatch(/^shop-web-[0-9a-f]{6}$/);
    expect(String(nameOf({ name: "a".repeat(25) }))).toHaveLength(32);
    targets().one("aws_lb_target_group", { lifecycle: { create_before_destroy: true } });
  });

  test("is another for another port or VPC, which AWS cannot change", () => {
    const names = [nameOf(), nameOf({ port: 8081 }), nameOf({ vpcId: "vpc-2" })];
    expect(new Set(names).size).toBe(3);
  });

  test("stays when what AWS can change does", () => {
    expect(nameOf({ healthPath: "/other", deregistrationDelaySeconds: 60 })).toBe(nameOf());
  });

  test("does not hang on what Terraform learns later", () => {
    const learnt = (id: string) => nameOf({ vpcId: Token.asString({ resolve: () => id }) });
    expect(learnt("vpc-1")).toBe(learnt("vpc-2"));
  });
});

describe("their requests", () => {
  test("are all that no rule gives to another", () => {
    const { default_action } = targets().one("aws_lb_listener", { port: 443 });
    expect(default_action).toEqual([
      {
        type: "forward",
        target_group_arn: expect.stringMatching(/^\$\{aws_lb_target_group\.Targets_\w+\.arn}$/),
      },
    ]);
  });

  test("are those of their hosts and paths, at their place among the rules", () => {
    const tf = targets({ hosts: ["a.example.com"], paths: ["/shop/*"], priority: 10 });
    tf.one("aws_lb_listener_rule", {
      priority: 10,
      condition: [{ host_header: { values: ["a.example.com"] } }, { path_pattern: { values: ["/shop/*"] } }],
      action: [{ type: "forward", target_group_arn: expect.any(String) }],
    });
    tf.one("aws_lb_listener", {
      port: 443,
      default_action: [expect.objectContaining({ type: "fixed-response" })],
    });
  });
});

test("are ready for a service when the load balancer knows them", () => {
  synth((stack) => {
    const balancer = aBalancer(stack);
    expect(someTargets(stack, { balancer }).ready).toEqual([balancer.httpsListener]);
    const [rule] = someTargets(stack, { balancer, paths: ["/a"], priority: 1 }, "Others").ready;
    expect(rule).toMatchObject({ terraformResourceType: "aws_lb_listener_rule" });
  });
});

test("are named for metrics and for scaling", () => {
  synth((stack) => {
    const balancer = aBalancer(stack);
    const { arnSuffix, fullName } = someTargets(stack, { balancer });
    expect(fullName).toBe(`${balancer.arnSuffix}/${arnSuffix}`);
  });
});

test("rejects two services that want all other requests", () => {
  const make = () =>
    synth((stack) => {
      const balancer = aBalancer(stack);
      someTargets(stack, { balancer });
      someTargets(stack, { balancer }, "Others");
    });
  expect(messageOf(make)).toBe(
    "Test/Others: hosts or paths must be set, as all other requests go to another already, got neither beside Test/Targets",
  );
});

test.each<[string, Props, string]>([
  [
    "a name that leaves no room",
    { name: "a".repeat(26) },
    `name must be 1 to 25 letters, digits and hyphens, with no hyphen at its ends, got ${"a".repeat(26)}`,
  ],
  ["a port that is none", { port: 0 }, "port must be a whole number of 1 to 65535, got 0"],
  ["a path that is none", { healthPath: "health" }, "healthPath must begin with /, got health"],
  [
    "checks that come too often",
    { healthIntervalSeconds: 4, healthTimeoutSeconds: 2 },
    "healthIntervalSeconds must be a whole number of 5 to 300, got 4",
  ],
  [
    "an answer that may take as long as the interval",
    { healthTimeoutSeconds: 10 },
    "healthTimeoutSeconds must be fewer than healthIntervalSeconds (10), got 10",
  ],
  [
    "an answer that may take a second",
    { healthTimeoutSeconds: 1 },
    "healthTimeoutSeconds must be a whole number of 2 to 120, got 1",
  ],
  ["one good check", { healthyCount: 1 }, "healthyCount must be a whole number of 2 to 10, got 1"],
  ["eleven bad checks", { unhealthyCount: 11 }, "unhealthyCount must be a whole number of 2 to 10, got 11"],
  [
    "a delay that AWS lacks",
    { deregistrationDelaySeconds: 3_601 },
    "deregistrationDelaySeconds must be a whole number of 0 to 3600, got 3601",
  ],
  [
    "a slow start that AWS lacks",
    { slowStartSeconds: 29, algorithm: "round_robin" },
    "slowStartSeconds must be a whole number of 30 to 900, got 29",
  ],
  [
    "a slow start of those with the fewest requests",
    { slowStartSeconds: 60 },
    "algorithm must be round_robin where slowStartSeconds is set, got least_outstanding_requests",
  ],
  ["paths without a priority", { paths: ["/a"] }, "priority must be set with hosts or paths, got nothing"],
  ["a priority without paths", { priority: 1 }, "hosts or paths must be set with priority, got neither"],
  [
    "a priority that AWS lacks",
    { paths: ["/a"], priority: 50_001 },
    "priority must be a whole number of 1 to 50000, got 50001",
  ],
  ["a path of a rule that is none", { paths: ["a/*"], priority: 1 }, "paths must begin with /, got a/*"],
  [
    "more values than a rule takes",
    { hosts: ["a", "b", "c"], paths: ["/a", "/b", "/c"], priority: 1 },
    "hosts and paths of a rule must be 5 or fewer, got 6",
  ],
  [
    "open paths where nobody logs in",
    { openPaths: ["/health"] },
    "openPaths must go with authenticate of the load balancer, got a load balancer without",
  ],
])("rejects %s", (_, props, message) => {
  expect(messageOf(() => targets(props))).toBe(`Test/Targets: ${message}`);
});

test("rejects open paths that come after the rule that asks for a name", () => {
  const make = () =>
    synth((stack) =>
      someTargets(stack, {
        balancer: aBalancer(stack, { authenticate: COGNITO }),
        ...{ paths: ["/*"], priority: 5, openPaths: ["/health"], openPathsPriority: 5 },
      }),
    );
  expect(messageOf(make)).toBe("Test/Targets: openPathsPriority must be less than priority (5), got 5");
});
