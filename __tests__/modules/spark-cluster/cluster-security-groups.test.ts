import { sparkCluster } from "../../support/spark";

const INGRESS = "aws_vpc_security_group_ingress_rule";
const group = (id: string) =>
  expect.stringMatching(new RegExp(`aws_security_group\\.Spark_SecurityGroups_${id}_`));

test.each(["primary", "workers", "service"])(
  "the group %s carries the tag that EMR's policy wants",
  (name) => {
    sparkCluster().one("aws_security_group", {
      name: `trainer-${name}`,
      revoke_rules_on_delete: true,
      tags: { "for-use-with-amazon-emr-managed-policies": "true" },
    });
  },
);

test.each(["tcp", "udp", "icmp"])("nodes reach nodes over %s, so that EMR adds no rule", (ip_protocol) => {
  const rules = sparkCluster().all(INGRESS, { ip_protocol });
  for (const to of ["Primary", "Workers"]) {
    for (const from of ["Primary", "Workers"]) {
      expect(rules).toContainEqual(
        expect.objectContaining({ security_group_id: group(to), referenced_security_group_id: group(from) }),
      );
    }
  }
});

test.each([
  ["Primary", "Service", 8_443],
  ["Workers", "Service", 8_443],
  ["Service", "Primary", 9_443],
])("%s is reached from %s on %d", (to, from, port) => {
  sparkCluster().one(INGRESS, {
    security_group_id: group(to),
    referenced_security_group_id: group(from),
    from_port: port,
    to_port: port,
  });
});

test.each(["Primary", "Workers"])("EMR Spark 8 is reached from %s over HTTPS", (from) => {
  const tf = sparkCluster({ release: "emr-spark-8.0.0" });
  tf.one(INGRESS, {
    security_group_id: group("Service"),
    referenced_security_group_id: group(from),
    from_port: 443,
    to_port: 443,
  });
  expect(tf.all(INGRESS, { from_port: 8_443 })).toEqual([]);
});

test.each(["Primary", "Workers"])("%s can speak to EMR, as it asks of every group", (from) => {
  sparkCluster().one("aws_vpc_security_group_egress_rule", {
    security_group_id: group(from),
    referenced_security_group_id: group("Service"),
    from_port: 9_443,
  });
});

test("nothing outside of the cluster reaches it", () => {
  const rules = sparkCluster().all(INGRESS);
  expect(
    rules.filter(({ referenced_security_group_id }) => referenced_security_group_id === undefined),
  ).toEqual([]);
});

test("nodes reach HTTPS alone outside of the cluster", () => {
  const out = sparkCluster().all("aws_vpc_security_group_egress_rule");
  const open = out.filter(({ cidr_ipv4 }) => cidr_ipv4 !== undefined);
  expect(open.map(({ from_port, to_port }) => [from_port, to_port])).toEqual([
    [443, 443],
    [443, 443],
  ]);
});

test("the machine waits for all rules", () => {
  const tf = sparkCluster();
  const waits = tf.one("aws_sfn_state_machine").depends_on as string[];
  const rules = [...tf.all(INGRESS), ...tf.all("aws_vpc_security_group_egress_rule")];
  expect(waits.filter((name) => /security_group_(in|e)gress_rule\./.test(name))).toHaveLength(rules.length);
});
