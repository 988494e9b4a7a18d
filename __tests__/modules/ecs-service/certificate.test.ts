import { aBalancer } from "../../support/balancer";
import { synth } from "../../support/synth";

const DOMAIN = { certificateArn: undefined, domainName: "data.example.com" };
const inZone = () => synth((stack) => aBalancer(stack, { ...DOMAIN, hostedZoneId: "Z1", ipv6: true }));
const byHand = () => synth((stack) => aBalancer(stack, DOMAIN));

test("is made for the domain, proven by DNS, and replaced before it goes", () => {
  inZone().one("aws_acm_certificate", {
    domain_name: "data.example.com",
    validation_method: "DNS",
    lifecycle: { create_before_destroy: true },
  });
});

test("is used once the domain is proven", () => {
  const { certificate_arn } = inZone().one("aws_lb_listener", { port: 443 });
  expect(certificate_arn).toMatch(
    /^\$\{aws_acm_certificate_validation\.Web_Certificate_Validation_\w+\.certificate_arn}$/,
  );
});

test("is proven by a record in the hosted zone, and waits for it", () => {
  const tf = inZone();
  const proof = tf.one("aws_route53_record", { allow_overwrite: true, zone_id: "Z1" });
  expect(proof.name).toMatch(/resource_record_name}$/);
  expect(proof.records).toEqual([expect.stringMatching(/resource_record_value}$/)]);
  expect(tf.one("aws_acm_certificate_validation").validation_record_fqdns).toEqual([
    expect.stringMatching(/^\$\{aws_route53_record\.Web_Certificate_Record_\w+\.fqdn}$/),
  ]);
});

test("says which record to make where there is no hosted zone, and waits for it too", () => {
  const tf = byHand();
  expect(tf.all("aws_route53_record")).toEqual([]);
  expect(tf.one("aws_acm_certificate_validation")).not.toHaveProperty("validation_record_fqdns");
  expect(Object.values(Reflect.get(tf.json, "output"))).toEqual([
    {
      description: "Record to make, so that AWS issues the certificate",
      value: {
        name: expect.stringMatching(/resource_record_name}$/),
        type: expect.stringMatching(/resource_record_type}$/),
        value: expect.stringMatching(/resource_record_value}$/),
      },
    },
  ]);
});

test("is not made where there is one already", () => {
  const tf = synth((stack) => aBalancer(stack, { domainName: "data.example.com" }));
  expect(tf.all("aws_acm_certificate")).toEqual([]);
});

test.each(["A", "AAAA"])("leads the domain to the load balancer by a record %s", (type) => {
  const { alias } = inZone().one("aws_route53_record", { type, name: "data.example.com" });
  expect(alias).toEqual({
    name: expect.stringMatching(/^\$\{aws_lb\.Web_\w+\.dns_name}$/),
    zone_id: expect.stringMatching(/^\$\{aws_lb\.Web_\w+\.zone_id}$/),
    evaluate_target_health: true,
  });
});

test("leads the domain to addresses of IPv4 alone where there are no others", () => {
  const tf = synth((stack) => aBalancer(stack, { ...DOMAIN, hostedZoneId: "Z1" }));
  expect(tf.all("aws_route53_record", { type: "AAAA" })).toEqual([]);
});
