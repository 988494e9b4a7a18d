import { keepAliveFor } from "../../../modules/ecs-service/balancer/keep-alive";
import { aBalancer } from "../../support/balancer";
import { synth } from "../../support/synth";

test.each([
  [1, 6],
  [60, 65],
  [4_000, 4_005],
])("a server outlasts an idle time-out of %d s by keeping connections for %d s", (idle, keepAlive) => {
  expect(keepAliveFor(idle)).toBe(keepAlive);
});

test("is said by the load balancer, from the one value that it is given itself", () => {
  synth((stack) => {
    const balancer = aBalancer(stack, { idleTimeoutSeconds: 120 });
    expect([balancer.idleTimeoutSeconds, balancer.keepAliveSeconds]).toEqual([120, 125]);
  }).one("aws_lb", { idle_timeout: 120 });
});
