import { Token } from "cdktf";
import { LogBucket } from "../../../modules";
import type { LoadBalancerProps } from "../../../modules/ecs-service/balancer/balancer-props";
import { aBalancer, CERTIFICATE, COGNITO } from "../../support/balancer";
import { statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";

type Props = Partial<LoadBalancerProps>;
const balancer = (props?: Props) => synth((stack) => aBalancer(stack, props));

describe("the load balancer", () => {
  test("is internal and speaks IPv4 unless told otherwise", () => {
    balancer().one("aws_lb", {
      name: "shop-web",
      load_balancer_type: "application",
      internal: true,
      ip_address_type: "ipv4",
      subnets: ["subnet-1", "subnet-2"],
    });
  });

  test("faces the internet, and speaks IPv6, when told so", () => {
    const tf = balancer({ internal: false, ipv6: true, openToAll: true, allowFrom: ["0.0.0.0/0", "::/0"] });
    tf.one("aws_lb", { internal: false, ip_address_type: "dualstack" });
  });

  test("drops invalid headers, refuses requests that servers may read differently, and is kept on destroy", () => {
    balancer().one("aws_lb", {
      drop_invalid_header_fields: true,
      desync_mitigation_mode: "defensive",
      enable_deletion_protection: true,
    });
  });

  test("refuses odd requests too, and goes, when told so", () => {
    balancer({ desyncMitigation: "strictest", deletionProtection: false }).one("aws_lb", {
      desync_mitigation_mode: "strictest",
      enable_deletion_protection: false,
    });
  });

  test("closes connections that nobody uses after 60 s unless told otherwise", () => {
    balancer().one("aws_lb", { idle_timeout: 60 });
  });
});

describe("a client", () => {
  test("speaks TLS 1.2 or newer, with keys that a quantum computer would not find", () => {
    balancer().one("aws_lb_listener", {
      port: 443,
      protocol: "HTTPS",
      ssl_policy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
      certificate_arn: CERTIFICATE,
    });
  });

  test("speaks TLS 1.3 only when told so", () => {
    const tf = balancer({ tlsPolicy: "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09" });
    tf.one("aws_lb_listener", { port: 443, ssl_policy: "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09" });
  });

  test("is sent from HTTP to HTTPS for good", () => {
    balancer().one("aws_lb_listener", {
      port: 80,
      protocol: "HTTP",
      default_action: [
        { type: "redirect", redirect: { protocol: "HTTPS", port: "443", status_code: "HTTP_301" } },
      ],
    });
  });

  test("gets 404 where no service stands behind", () => {
    balancer().one("aws_lb_listener", {
      port: 443,
      default_action: [
        {
          type: "fixed-response",
          fixed_response: { content_type: "text/plain", message_body: "Not found", status_code: "404" },
        },
      ],
    });
  });
});

describe("the security group", () => {
  test.each([443, 80])("lets in the given blocks on %d", (port) => {
    const tf = balancer({ allowFrom: ["10.0.0.0/16", "192.0.2.0/24"] });
    const rules = tf.all("aws_vpc_security_group_ingress_rule", { from_port: port, to_port: port });
    expect(rules.map(({ cidr_ipv4, ip_protocol }) => [cidr_ipv4, ip_protocol])).toEqual([
      ["10.0.0.0/16", "tcp"],
      ["192.0.2.0/24", "tcp"],
    ]);
  });

  test("lets in blocks of IPv6 as such", () => {
    const tf = balancer({ ipv6: true, allowFrom: ["2001:db8::/32"] });
    expect(tf.all("aws_vpc_security_group_ingress_rule", { cidr_ipv6: "2001:db8::/32" })).toHaveLength(2);
  });

  test("lets in a block that AWS makes", () => {
    const tf = balancer({ allowFrom: [Token.asString({ resolve: () => "the-block" })] });
    expect(tf.all("aws_vpc_security_group_ingress_rule", { cidr_ipv4: "the-block" })).toHaveLength(2);
  });

  test("keeps a rule as it is when another block goes", () => {
    const rules = (allowFrom: string[]) =>
      balancer({ allowFrom }).json.resource?.aws_vpc_security_group_ingress_rule ?? {};
    expect(rules(["10.0.0.0/16", "192.0.2.0/24"])).toMatchObject(rules(["192.0.2.0/24"]));
  });

  test("lets nothing out, and leaves room for what a service adds", () => {
    const tf = balancer();
    expect(tf.all("aws_vpc_security_group_egress_rule")).toEqual([]);
    expect(tf.one("aws_security_group")).not.toHaveProperty("egress");
  });

  test("lets out HTTPS where the load balancer asks an identity provider", () => {
    balancer({ authenticate: COGNITO }).one("aws_vpc_security_group_egress_rule", {
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
      cidr_ipv4: "0.0.0.0/0",
    });
  });
});

describe("access logs", () => {
  test("go to a bucket of its own, which waits for nobody's permission but this load balancer's", () => {
    const tf = balancer();
    const name = "shop-web-logs-123456789012-eu-central-1";
    tf.one("aws_s3_bucket", { bucket: name, lifecycle: { prevent_destroy: true } });
    const { depends_on } = tf.one("aws_lb", {
      access_logs: { bucket: name, prefix: "shop-web", enabled: true },
    });
    expect(depends_on).toEqual([expect.stringMatching(/^aws_s3_bucket_policy\.Web_Logs_Policy_\w+$/)]);
    const [, statement] = statementsOf(tf.one("aws_s3_bucket_policy").policy);
    expect(statement?.Resource).toBe(`arn:aws:s3:::${name}/shop-web/AWSLogs/123456789012/*`);
  });

  test("go with a load balancer that is not kept", () => {
    balancer({ deletionProtection: false }).one("aws_s3_bucket", { force_destroy: true });
  });

  test("go to a bucket of the stack, which lets them in below another prefix", () => {
    const tf = synth((stack) => {
      const bucket = new LogBucket(stack, "Logs", { bucketName: "all-logs" });
      aBalancer(stack, { accessLogs: { bucket, prefix: "web" } });
    });
    tf.one("aws_lb", { access_logs: { bucket: "all-logs", prefix: "web", enabled: true } });
    const [, statement] = statementsOf(tf.one("aws_s3_bucket_policy").policy);
    expect(statement?.Resource).toBe("arn:aws:s3:::all-logs/web/AWSLogs/123456789012/*");
  });

  test("go to a bucket that is there, by its name", () => {
    const tf = balancer({ accessLogs: { bucket: "all-logs" } });
    tf.one("aws_lb", { access_logs: { bucket: "all-logs", prefix: "shop-web", enabled: true } });
    expect(tf.all("aws_s3_bucket")).toEqual([]);
  });

  test("are not written when told so", () => {
    const tf = balancer({ accessLogs: "none" });
    expect(tf.one("aws_lb")).not.toHaveProperty("access_logs");
    expect(tf.all("aws_s3_bucket")).toEqual([]);
  });
});

test("says its address: the domain, or else the name that AWS makes", () => {
  synth((stack) => {
    expect(aBalancer(stack, { domainName: "data.example.com" }).address).toBe("https://data.example.com");
  });
  synth((stack) => {
    const { address, dnsName } = aBalancer(stack);
    expect(address).toBe(`https://${dnsName}`);
  });
});

test.each<[string, Props, string]>([
  [
    "a name that AWS refuses",
    { balancerName: "internal-web" },
    "balancerName must be 1 to 32 letters, digits and hyphens, with no hyphen at its ends and no internal- before it, got internal-web",
  ],
  ["one subnet", { subnetIds: ["subnet-1"] }, "subnetIds must hold two or more, in different zones, got 1"],
  ["nobody to let in", { allowFrom: [] }, "allowFrom must hold at least one block, got none"],
  [
    "what is no block",
    { allowFrom: ["10.0.0.0"] },
    "allowFrom must hold blocks such as 10.0.0.0/16, got 10.0.0.0",
  ],
  [
    "a block that is there twice",
    { allowFrom: ["10.0.0.0/16", "10.0.0.0/16"] },
    "allowFrom must hold each once, got 10.0.0.0/16 twice",
  ],
  [
    "everybody without saying so",
    { internal: false, allowFrom: ["0.0.0.0/0"] },
    "allowFrom must not be everybody unless openToAll is true, got 0.0.0.0/0",
  ],
  [
    "half of everybody without saying so",
    { internal: false, allowFrom: ["128.0.0.0/1"] },
    "allowFrom must not be everybody unless openToAll is true, got 128.0.0.0/1",
  ],
  [
    "everybody of IPv6 without saying so",
    { internal: false, ipv6: true, allowFrom: ["::/0"] },
    "allowFrom must not be everybody unless openToAll is true, got ::/0",
  ],
  [
    "everybody at an internal one",
    { openToAll: true },
    "openToAll must go with internal: false, got an internal one",
  ],
  [
    "blocks of IPv6 without IPv6",
    { allowFrom: ["2001:db8::/32"] },
    "ipv6 must be true where allowFrom holds blocks of IPv6, got 2001:db8::/32",
  ],
  [
    "no certificate",
    { certificateArn: undefined },
    "domainName or certificateArn must be set, or there is no HTTPS, got neither",
  ],
  ["a zone without a domain", { hostedZoneId: "Z1" }, "hostedZoneId must go with domainName, got Z1 alone"],
  [
    "what is no domain",
    { domainName: "Data_Example" },
    "domainName must be a name in lower case, such as data.example.com, got Data_Example",
  ],
  [
    "an idle time-out of nothing",
    { idleTimeoutSeconds: 0 },
    "idleTimeoutSeconds must be a whole number of 1 to 4000, got 0",
  ],
  [
    "an idle time-out that AWS lacks",
    { idleTimeoutSeconds: 4_001 },
    "idleTimeoutSeconds must be a whole number of 1 to 4000, got 4001",
  ],
])("rejects %s", (_, props, message) => {
  expect(messageOf(() => balancer(props))).toBe(`Test/Web: ${message}`);
});

test("rejects a policy of TLS that is not modern, which a configuration may hold", () => {
  const props = JSON.parse('{"tlsPolicy": "ELBSecurityPolicy-2016-08"}');
  expect(messageOf(() => balancer(props))).toMatch(
    /^Test\/Web: tlsPolicy must be one of ELBSecurityPolicy-TLS13.*, got ELBSecurityPolicy-2016-08$/,
  );
});

test("rejects all mistakes at once", () => {
  expect(messageOf(() => balancer({ allowFrom: [], idleTimeoutSeconds: 0 })).split("\n")).toHaveLength(2);
});
