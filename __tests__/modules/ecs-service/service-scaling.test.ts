import type { ScalingProps } from "../../../modules";
import { messageOf } from "../../support/message-of";
import { fronted, service } from "../../support/service";

const TARGET = "aws_appautoscaling_target";
const LIMITS = { minCount: 2, maxCount: 6 };
const scaled = (scaling: Partial<ScalingProps>) => service({ scaling: { ...LIMITS, ...scaling } });
const night = { name: "night", schedule: "cron(0 20 * * ? *)", minCount: 1, maxCount: 2 };

test("leaves the number of tasks to what scales it", () => {
  expect(service().one("aws_ecs_service")).not.toHaveProperty("lifecycle");
  scaled({ cpuPercent: 60 }).one("aws_ecs_service", {
    desired_count: 2,
    lifecycle: { ignore_changes: ["desired_count"] },
  });
});

test("sets limits once the service is there", () => {
  const target = scaled({ cpuPercent: 60 }).one(TARGET);
  expect(target).toEqual({
    service_namespace: "ecs",
    scalable_dimension: "ecs:service:DesiredCount",
    resource_id: "service/shop/orders",
    min_capacity: 2,
    max_capacity: 6,
    depends_on: [expect.stringMatching(/^aws_ecs_service\.Service_/)],
  });
});

test("goes up soon and down late", () => {
  scaled({ cpuPercent: 60 }).one("aws_appautoscaling_policy", {
    policy_type: "TargetTrackingScaling",
    target_tracking_scaling_policy_configuration: { scale_out_cooldown: 60, scale_in_cooldown: 300 },
  });
});

test("does not set back the limits that a schedule has set", () => {
  scaled({ schedules: [night] }).one(TARGET, {
    lifecycle: { ignore_changes: ["min_capacity", "max_capacity"] },
  });
});

test.each<[Partial<ScalingProps>, string]>([
  [{}, "scaling must have cpuPercent, memoryPercent, requestsPerTarget or schedules, got none"],
  [{ cpuPercent: 0 }, "scaling.cpuPercent must be a whole number of 1 to 100, got 0"],
  [{ memoryPercent: 101 }, "scaling.memoryPercent must be a whole number of 1 to 100, got 101"],
  [{ requestsPerTarget: 100 }, "scaling.requestsPerTarget must go with a balancer, got 100"],
  [
    { cpuPercent: 60, minCount: 3 },
    "desiredCount must be 0, or scaling.minCount to scaling.maxCount (3 to 6), got 2",
  ],
  [{ schedules: [night, night] }, "scaling.schedules must have each name once, got night twice"],
  [
    { schedules: [{ ...night, schedule: "0 20 * * *" }] },
    "scaling.schedules night must be at(…), rate(…) or cron(…), got 0 20 * * *",
  ],
  [
    { schedules: [{ ...night, maxCount: 0 }] },
    "scaling.schedules night.maxCount must be a whole number of minCount (1) to 5000, got 0",
  ],
])("rejects %j", (scaling, mistake) => {
  expect(messageOf(() => scaled(scaling))).toBe(`Test/Service: ${mistake}`);
});

test("rejects a request for each task and minute that is none", () => {
  expect(messageOf(() => fronted({ scaling: { ...LIMITS, requestsPerTarget: 0 } }))).toBe(
    "Test/Service: scaling.requestsPerTarget must be a whole number of 1 or more, got 0",
  );
});
