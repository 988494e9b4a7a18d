import { platform } from "../support/platform";
import { firstOf, resources } from "../support/policies";
import type { StackJson } from "../support/synth";

const stackOf = (environment: "dev" | "prod"): StackJson =>
  platform(environment).services ?? { terraform: {} };

const blocks = (environment: "dev" | "prod") => [
  ...new Set(
    resources(stackOf(environment), "aws_vpc_security_group_ingress_rule").map(
      ([, { cidr_ipv4 }]) => cidr_ipv4,
    ),
  ),
];

test("has a balancer inside of the network, for the network alone, unless told otherwise", () => {
  expect(firstOf(stackOf("dev"), "aws_lb")).toMatchObject({ internal: true });
  expect(blocks("dev")).toEqual(["10.20.0.0/16"]);
  expect(resources(stackOf("dev"), "aws_wafv2_web_acl")).toEqual([]);
});

test("has a balancer that the internet reaches from named blocks, behind a firewall, where it is told so", () => {
  expect(firstOf(stackOf("prod"), "aws_lb")).toMatchObject({ internal: false });
  expect(blocks("prod")).toEqual(["192.0.2.0/24"]);
  expect(resources(stackOf("prod"), "aws_wafv2_web_acl_association")).toHaveLength(1);
});

test("asks for a certificate of the domain", () => {
  expect(firstOf(stackOf("prod"), "aws_acm_certificate")).toMatchObject({
    domain_name: "dashboard.example.com",
    validation_method: "DNS",
  });
});
