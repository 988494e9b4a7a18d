import type { TerraformStack } from "cdktf";
import { type BalancerReferenceProps, LoadBalancer } from "../../../modules";
import { COGNITO, someTargets } from "../../support/balancer";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

const theirs = (stack: TerraformStack, props: Partial<BalancerReferenceProps> = {}) =>
  LoadBalancer.fromAttributes(stack, "Theirs", {
    ...{ httpsListenerArn: "arn:listener", securityGroupId: "sg-web", arnSuffix: "app/web/1", ...props },
  });

const hosts = { hosts: ["orders.example.com"], priority: 10 };

test("gives a service of another stack its requests by a rule, and makes no balancer", () => {
  const tf = synth((stack) => void someTargets(stack, { balancer: theirs(stack), ...hosts }));
  tf.one("aws_lb_listener_rule", {
    listener_arn: "arn:listener",
    priority: 10,
    condition: [{ host_header: { values: ["orders.example.com"] } }],
  });
  expect(tf.all("aws_lb")).toEqual([]);
});

test("names the targets' requests by the balancer's own name", () => {
  let label = "";
  synth((stack) => {
    label = someTargets(stack, { balancer: theirs(stack), ...hosts }).fullName;
  });
  expect(label).toMatch(/^app\/web\/1\//);
});

test("lets users log in first where that is asked", () => {
  const tf = synth((stack) => {
    someTargets(stack, { balancer: theirs(stack, { authenticate: COGNITO }), ...hosts });
  });
  expect(tf.one("aws_lb_listener_rule")).toMatchObject({
    action: [
      { type: "authenticate-cognito", order: 1 },
      { type: "forward", order: 2 },
    ],
  });
});

test("derives how long a server keeps connections from the other stack's idle time-out", () => {
  const seconds: number[] = [];
  synth((stack) => {
    seconds.push(theirs(stack).keepAliveSeconds);
  });
  synth((stack) => {
    seconds.push(theirs(stack, { idleTimeoutSeconds: 120 }).keepAliveSeconds);
  });
  expect(seconds).toEqual([65, 125]);
});

test("rejects a service that wants all other requests", () => {
  const make = () => synth((stack) => void someTargets(stack, { balancer: theirs(stack) }));
  expect(messageOf(make)).toBe(
    "Test/Targets: hosts or paths must be set, with a priority: all other requests belong to the stack of Test/Theirs, got neither",
  );
});
