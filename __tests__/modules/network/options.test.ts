import type {
  CloudWatchFlowLogs,
  NetworkProps,
  NetworkTiers,
  PublicTierProps,
  S3FlowLogs,
  TierProps,
} from "../../../modules";
import type { FlowLogsProps } from "../../../modules/network/network-props";
import {
  type Checks,
  type ChecksByGroup,
  featuresOf,
  testOptions,
  testOptionTable,
} from "../../support/feature-table";
import { statementsOf } from "../../support/granted";
import { networkOf } from "../../support/network";
import type { Synthesised } from "../../support/synth";

const namesOf = (tf: Synthesised, type: string) =>
  tf.all(type).map(({ tags }) => (tags as { Name: string }).Name);
const tagsOf = (props: Partial<NetworkProps>, name: string, type = "aws_subnet") =>
  networkOf(props)
    .all(type)
    .map(({ tags }) => tags as Record<string, string>)
    .find((tags) => tags.Name === name);
const withTier = (tier: TierProps) => ({ tiers: { private: tier } });
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";
const toCloudWatch = (logs: Partial<CloudWatchFlowLogs> = {}) =>
  networkOf({ flowLogs: { destination: "cloudwatch", retentionDays: 30, keyArn: KEY, ...logs } });
const toS3 = (logs: Partial<S3FlowLogs> = {}) =>
  networkOf({ flowLogs: { destination: "s3", bucketArn: "arn:aws:s3:::logs/vpc/", ...logs } });

const NETWORK: Checks<NetworkProps> = {
  networkName: [
    "is the first word of every name",
    () => {
      const tf = networkOf({ networkName: "atlas-dev" });
      expect(namesOf(tf, "aws_vpc")).toEqual(["atlas-dev"]);
      expect(namesOf(tf, "aws_route_table")).toEqual(
        ["isolated", "private-a", "private-b", "public"].map((part) => `atlas-dev-${part}`),
      );
    },
  ],
  cidrBlock: [
    "is the block of the VPC, and its subnets lie in it",
    () => {
      const tf = networkOf({ cidrBlock: "10.9.0.0/22" });
      tf.one("aws_vpc", { cidr_block: "10.9.0.0/22", assign_generated_ipv6_cidr_block: false });
      tf.one("aws_subnet", { availability_zone: "eu-central-1b", cidr_block: "10.9.0.128/25" });
    },
  ],
  zones: [
    "are where the subnets are",
    () => {
      const zonesOf = (zones: NetworkProps["zones"]) =>
        networkOf({ zones, ...withTier({}) })
          .all("aws_subnet")
          .map((subnet) => subnet.availability_zone);
      expect(zonesOf(3)).toEqual(["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
      expect(zonesOf(["eu-central-1c"])).toEqual(["eu-central-1c"]);
    },
  ],
  tiers: [
    "are those that are named, and no others",
    () => {
      const tf = networkOf({ tiers: { isolated: {} }, zones: 1 });
      expect(namesOf(tf, "aws_subnet")).toEqual(["shop-isolated-a"]);
    },
  ],
  flowLogs: [
    "are left out only where that is said",
    () => {
      expect(networkOf({ flowLogs: "none" }).all("aws_flow_log")).toEqual([]);
      toCloudWatch().one("aws_flow_log");
    },
  ],
  nat: [
    "has one gateway, or one in each zone, each with an address",
    () => {
      const counts = (["none", "single", "perZone"] as const).map((nat) => {
        const tf = networkOf({ nat, zones: 3 });
        return [tf.all("aws_nat_gateway").length, tf.all("aws_eip", { domain: "vpc" }).length];
      });
      expect([...counts, networkOf().all("aws_nat_gateway").length]).toEqual([[0, 0], [1, 1], [3, 3], 0]);
    },
  ],
  natZone: [
    "is where the single gateway is",
    () => {
      const { subnet_id } = networkOf({ nat: "single", natZone: "b" }).one("aws_nat_gateway");
      expect(subnet_id).toMatch(/Network_Public_B_Subnet/);
    },
  ],
  ipv6: [
    "gives addresses to VPC and subnets, and the private tier an egress-only gateway",
    () => {
      const tf = networkOf({ ipv6: true });
      tf.one("aws_vpc", { assign_generated_ipv6_cidr_block: true });
      const blocks = tf
        .all("aws_subnet", { assign_ipv6_address_on_creation: true })
        .map((subnet) => /, 8, (\d+)\)/.exec(String(subnet.ipv6_cidr_block))?.[1]);
      expect(blocks).toEqual(["16", "17", "8", "9", "0", "1"]);
      tf.one("aws_egress_only_internet_gateway");
    },
  ],
  gatewayEndpoints: [
    "join every route table, under a policy",
    () => {
      const tf = networkOf({ gatewayEndpoints: ["dynamodb", "s3"] });
      for (const service of ["s3", "dynamodb"]) {
        const { policy } = tf.one("aws_vpc_endpoint", {
          service_name: `com.amazonaws.eu-central-1.${service}`,
          vpc_endpoint_type: "Gateway",
        });
        expect(statementsOf(policy)[0]?.Effect).toBe("Allow");
      }
      const [first] = tf.all("aws_vpc_endpoint_route_table_association");
      expect(Object.keys(first?.for_each as object)).toEqual(["Isolated", "PrivateA", "PrivateB", "Public"]);
    },
  ],
  readableBuckets: [
    "are in the policy of the S3 endpoint",
    () => {
      const { policy } = networkOf({ gatewayEndpoints: ["s3"], readableBuckets: ["open-data"] }).one(
        "aws_vpc_endpoint",
      );
      expect(statementsOf(policy).at(-1)?.Resource).toEqual([
        "arn:aws:s3:::open-data",
        "arn:aws:s3:::open-data/*",
      ]);
    },
  ],
  interfaceEndpoints: [
    "have private DNS, one security group that admits HTTPS from the VPC, and a place in each private zone",
    () => {
      const whole = "aws.api.eu-central-1.emr-service-cell01";
      const tf = networkOf({ interfaceEndpoints: ["ecr.api", whole], ipv6: true });
      for (const service_name of ["com.amazonaws.eu-central-1.ecr.api", whole]) {
        tf.one("aws_vpc_endpoint", {
          ...{ service_name, vpc_endpoint_type: "Interface", private_dns_enabled: true },
          security_group_ids: [expect.stringMatching(/^\$\{aws_security_group\./)],
        });
      }
      tf.one("aws_security_group", { name: "shop-endpoints" });
      const rules = tf.all("aws_vpc_security_group_ingress_rule", {
        ...{ ip_protocol: "tcp", from_port: 443, to_port: 443 },
      });
      expect(rules.map(({ cidr_ipv4, cidr_ipv6 }) => String(cidr_ipv4 ?? cidr_ipv6))).toEqual([
        expect.stringMatching(/^\$\{aws_vpc\.\w+\.cidr_block}$/),
        expect.stringMatching(/^\$\{aws_vpc\.\w+\.ipv6_cidr_block}$/),
      ]);
      expect(tf.all("aws_vpc_security_group_egress_rule")).toEqual([]);
      const [first] = tf.all("aws_vpc_endpoint_subnet_association");
      expect(Object.keys(first?.for_each as object)).toEqual(["PrivateA", "PrivateB"]);
    },
  ],
  interfaceEndpointTier: [
    "is where the endpoints are: the private one, else the isolated one, unless told otherwise",
    () => {
      const placesOf = (props: Partial<NetworkProps>) =>
        Object.keys(
          networkOf({ zones: 1, interfaceEndpoints: ["logs"], ...props }).one(
            "aws_vpc_endpoint_subnet_association",
          ).for_each as object,
        );
      expect(placesOf({})).toEqual(["PrivateA"]);
      expect(placesOf({ tiers: { isolated: {} } })).toEqual(["IsolatedA"]);
      expect(placesOf({ interfaceEndpointTier: "isolated" })).toEqual(["IsolatedA"]);
    },
  ],
  networkAcls: [
    "fence each tier: all of the VPC, and from outside only what the tier is for",
    () => {
      expect(networkOf().all("aws_network_acl")).toEqual([]);
      const tf = networkOf({ networkAcls: true, nat: "single", zones: 1 });
      expect(tf.all("aws_network_acl_association")).toHaveLength(3);
      const vpc = expect.stringMatching(/^-1 0-0 \$\{aws_vpc\./);
      const answers = ["tcp 1024-65535 0.0.0.0/0", "udp 1024-65535 0.0.0.0/0", "icmp 0-0 0.0.0.0/0"];
      expect(aclOf(tf, "shop-isolated")).toEqual({ ingress: [vpc], egress: [vpc] });
      expect(aclOf(tf, "shop-private")).toEqual({ ingress: [vpc, ...answers], egress: ["-1 0-0 0.0.0.0/0"] });
      expect(aclOf(tf, "shop-public")).toEqual({
        ingress: [vpc, "tcp 443-443 0.0.0.0/0", "tcp 80-80 0.0.0.0/0", ...answers],
        egress: ["-1 0-0 0.0.0.0/0"],
      });
      const open = networkOf({ networkAcls: true, gatewayEndpoints: ["s3"] });
      expect(aclOf(open, "shop-isolated").ingress).toEqual([vpc, ...answers]);
    },
  ],
  blockPublicAccessExclusion: [
    "exempts the VPC, and touches the account's setting never",
    () => {
      const mode = "allow-bidirectional";
      const tf = networkOf({ blockPublicAccessExclusion: mode });
      tf.one("aws_vpc_block_public_access_exclusion", { internet_gateway_exclusion_mode: mode });
      expect(tf.all("aws_vpc_block_public_access_options")).toEqual([]);
      expect(networkOf().all("aws_vpc_block_public_access_exclusion")).toEqual([]);
    },
  ],
  tags: [
    "are on all that takes tags, and leave its name",
    () => {
      const tags = { team: "web", Name: "mine" };
      expect(tagsOf({ tags }, "shop", "aws_vpc")).toEqual({ team: "web", Name: "shop" });
      expect(tagsOf({ tags }, "shop-public-a")).toEqual({ team: "web", Name: "shop-public-a" });
      expect(tagsOf({ tags }, "shop-internet", "aws_internet_gateway")).toMatchObject({ team: "web" });
    },
  ],
};

const TIERS: Checks<NetworkTiers> = {
  public: [
    "has the internet gateway",
    () => void networkOf({ tiers: { public: {} } }).one("aws_internet_gateway"),
  ],
  private: [
    "has a route table in each zone",
    () => expect(networkOf({ tiers: { private: {} } }).all("aws_route_table")).toHaveLength(2),
  ],
  isolated: [
    "has no route",
    () => expect(networkOf({ tiers: { isolated: {} }, ipv6: true }).all("aws_route")).toEqual([]),
  ],
};

const TIER: Checks<TierProps> = {
  subnetPrefixLength: [
    "is the size of each subnet",
    () => {
      const tf = networkOf(withTier({ subnetPrefixLength: 24 }));
      expect(tf.all("aws_subnet").map((subnet) => subnet.cidr_block)).toEqual([
        "10.20.0.0/24",
        "10.20.32.0/24",
      ]);
    },
  ],
  cidrBlocks: [
    "take the place of planned blocks",
    () => {
      const tf = networkOf(withTier({ cidrBlocks: { b: "10.20.128.0/17" } }));
      expect(tf.all("aws_subnet").map((subnet) => subnet.cidr_block)).toEqual([
        "10.20.0.0/19",
        "10.20.128.0/17",
      ]);
    },
  ],
  uses: [
    "are tags by which services find the subnets, and EMR the VPC",
    () => {
      const uses = ["emr", "load-balancer"] as const;
      const emr = { "for-use-with-amazon-emr-managed-policies": "true" };
      const props = { tiers: { private: { uses }, public: { uses: ["load-balancer"] } } } as const;
      expect(tagsOf(props, "shop-private-a")).toEqual({
        ...{ Name: "shop-private-a", "kubernetes.io/role/internal-elb": "1", ...emr },
      });
      expect(tagsOf(props, "shop-public-a")).toEqual({
        Name: "shop-public-a",
        "kubernetes.io/role/elb": "1",
      });
      expect(tagsOf(props, "shop", "aws_vpc")).toEqual({ Name: "shop", ...emr });
    },
  ],
  tags: [
    "are on the subnets of the tier only",
    () => {
      const props = { tiers: { private: { tags: { kind: "work" } }, public: {} } };
      expect(tagsOf(props, "shop-private-b")).toEqual({ Name: "shop-private-b", kind: "work" });
      expect(tagsOf(props, "shop-public-b")).toEqual({ Name: "shop-public-b" });
    },
  ],
  zoneTags: [
    "are on the subnet of one zone",
    () => {
      const props = withTier({ tags: { kind: "work" }, zoneTags: { b: { kind: "spare" } } });
      expect(tagsOf(props, "shop-private-a")).toMatchObject({ kind: "work" });
      expect(tagsOf(props, "shop-private-b")).toMatchObject({ kind: "spare" });
    },
  ],
};

const PUBLIC_TIER: Checks<Omit<PublicTierProps, keyof TierProps>> = {
  mapPublicIpOnLaunch: [
    "gives out public addresses in the public tier only",
    () => {
      const tf = networkOf({ tiers: { public: { mapPublicIpOnLaunch: true }, private: {} }, zones: 1 });
      tf.one("aws_subnet", { map_public_ip_on_launch: true, cidr_block: "10.20.192.0/22" });
      tf.one("aws_subnet", { map_public_ip_on_launch: false, cidr_block: "10.20.0.0/19" });
    },
  ],
};

const FLOW_LOGS: Checks<FlowLogsProps> = {
  trafficType: [
    "is all traffic, unless told otherwise",
    () => {
      toCloudWatch().one("aws_flow_log", { traffic_type: "ALL" });
      toS3({ trafficType: "REJECT" }).one("aws_flow_log", { traffic_type: "REJECT" });
    },
  ],
  aggregationSeconds: [
    "is ten minutes, unless told otherwise",
    () => {
      toCloudWatch().one("aws_flow_log", { max_aggregation_interval: 600 });
      toCloudWatch({ aggregationSeconds: 60 }).one("aws_flow_log", { max_aggregation_interval: 60 });
    },
  ],
};

const CLOUDWATCH: Checks<Omit<CloudWatchFlowLogs, keyof FlowLogsProps>> = {
  destination: [
    "is a log group, which the role of this flow log may write to, and nobody else's may take",
    () => {
      const tf = toCloudWatch();
      const { depends_on } = tf.one("aws_flow_log", { log_destination_type: "cloud-watch-logs" });
      expect(depends_on).toEqual([
        expect.stringMatching(/^aws_iam_role\./),
        expect.stringMatching(/^aws_iam_role_policy\./),
      ]);
      const role = tf.one("aws_iam_role", { name: "shop-flow-logs" });
      expect(statementsOf(role.assume_role_policy)).toEqual([
        {
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": "123456789012" },
            ArnLike: { "aws:SourceArn": "arn:aws:ec2:eu-central-1:123456789012:vpc-flow-log/*" },
          },
        },
      ]);
      const logs = "arn:aws:logs:eu-central-1:123456789012:log-group";
      expect(statementsOf(tf.one("aws_iam_role_policy").policy)).toEqual([
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
          Resource: `${logs}:/aws/vpc/shop:*`,
        },
        { Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: `${logs}:*` },
      ]);
    },
  ],
  retentionDays: [
    "is how long the log group keeps",
    () => void toCloudWatch({ retentionDays: 7 }).one("aws_cloudwatch_log_group", { retention_in_days: 7 }),
  ],
  keyArn: [
    "encrypts the log group",
    () => void toCloudWatch().one("aws_cloudwatch_log_group", { name: "/aws/vpc/shop", kms_key_id: KEY }),
  ],
};

const S3: Checks<Omit<S3FlowLogs, keyof FlowLogsProps>> = {
  destination: [
    "is a bucket, and needs no role",
    () => {
      const tf = toS3();
      tf.one("aws_flow_log", { log_destination_type: "s3" });
      expect([...tf.all("aws_iam_role"), ...tf.all("aws_cloudwatch_log_group")]).toEqual([]);
    },
  ],
  bucketArn: [
    "is where the files go",
    () => void toS3().one("aws_flow_log", { log_destination: "arn:aws:s3:::logs/vpc/" }),
  ],
  fileFormat: [
    "is text, unless told otherwise",
    () => {
      toS3().one("aws_flow_log", { destination_options: { file_format: "plain-text" } });
      toS3({ fileFormat: "parquet" }).one("aws_flow_log", {
        destination_options: { file_format: "parquet" },
      });
    },
  ],
  hourlyPartitions: [
    "are daily ones, unless told otherwise",
    () => {
      toS3().one("aws_flow_log", { destination_options: { per_hour_partition: false } });
      toS3({ hourlyPartitions: true }).one("aws_flow_log", {
        destination_options: { per_hour_partition: true },
      });
    },
  ],
};

const CHECKS: ChecksByGroup = {
  NetworkProps: NETWORK,
  NetworkTiers: TIERS,
  TierProps: TIER,
  PublicTierProps: PUBLIC_TIER,
  FlowLogsProps: FLOW_LOGS,
  CloudWatchFlowLogs: CLOUDWATCH,
  S3FlowLogs: S3,
};

testOptions(CHECKS);

const FEATURES = featuresOf("modules/network/network-props.ts");

test("every option that the types have is tested here", () => {
  const tested = Object.entries(CHECKS).map(([group, checks]) => [group, Object.keys(checks)]);
  expect(FEATURES.map(({ name, features }) => [name, features.map((feature) => feature.name)])).toEqual(
    tested,
  );
});

testOptionTable("network", FEATURES);

/** Rules of an ACL in the order of their numbers: protocol, ports and the other side. */
function aclOf(tf: Synthesised, name: string) {
  const acl = tf.one("aws_network_acl", { tags: { Name: name } });
  const rules = (side: unknown) =>
    (side as Record<string, string | number>[])
      .sort((a, b) => Number(a.rule_no) - Number(b.rule_no))
      .map((rule) => `${rule.protocol} ${rule.from_port}-${rule.to_port} ${rule.cidr_block}`);
  return { ingress: rules(acl.ingress), egress: rules(acl.egress) };
}
