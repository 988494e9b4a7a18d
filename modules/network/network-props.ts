import type { Letter } from "./address-plan";

/** Tags, by key. */
export type Tags = Readonly<Record<string, string>>;

export interface NetworkProps {
  /** First word of every `Name` tag, and of the names of log group, role and security group: 1 to 54 characters. */
  readonly networkName: string;
  /** The VPC's IPv4 block, /16 to /22: smaller ones have no room for three tiers in six zones. */
  readonly cidrBlock: string;
  /** Availability zones, 1 to 6: their number, which takes the first letters, or their names in any order. */
  readonly zones: number | readonly string[];
  /** The tiers that there are: `public`, `private` and `isolated`, each a set of subnets, one in each zone. */
  readonly tiers: NetworkTiers;
  /** Where the traffic of the VPC is recorded; `none` is a choice, not a default. */
  readonly flowLogs: "none" | CloudWatchFlowLogs | S3FlowLogs;
  /** How the private tier reaches the internet over IPv4: not, through one zone, or each zone by itself. @default "none" */
  readonly nat?: "none" | "single" | "perZone";
  /** Letter of the zone that the single NAT gateway is in. @default the first zone's */
  readonly natZone?: Letter;
  /** Gives VPC and subnets IPv6 addresses too; the private tier gets an egress-only gateway. @default false */
  readonly ipv6?: boolean;
  /** Services that all tiers reach through a gateway endpoint, for their own account and what AWS keeps. @default none */
  readonly gatewayEndpoints?: readonly ("s3" | "dynamodb")[];
  /** Buckets of other accounts that may be read through the S3 endpoint, by name. @default none */
  readonly readableBuckets?: readonly string[];
  /** Services with an interface endpoint and private DNS, such as `ecr.api`, or whole names. @default none */
  readonly interfaceEndpoints?: readonly string[];
  /** Tier that the interface endpoints are in. @default "private", else "isolated" */
  readonly interfaceEndpointTier?: "private" | "isolated";
  /** Adds a network ACL to each tier: a second fence behind the security groups. @default false */
  readonly networkAcls?: boolean;
  /** Exempts the VPC from the account's Block Public Access, for egress or for both ways. @default no exemption */
  readonly blockPublicAccessExclusion?: "allow-egress" | "allow-bidirectional";
  /** Tags of all that takes tags. @default none but `Name` */
  readonly tags?: Tags;
}

/** The tiers of a network; one that is left out can be added later without moving anything. */
export interface NetworkTiers {
  /** Reaches the internet and can be reached from it. @default left out */
  readonly public?: PublicTierProps;
  /** Reaches the internet through NAT, if at all, and cannot be reached from it. @default left out */
  readonly private?: TierProps;
  /** Has no way out. @default left out */
  readonly isolated?: TierProps;
}

export interface TierProps {
  /** Prefix length of each subnet. @default an eighth of the VPC's block when private, else a 64th */
  readonly subnetPrefixLength?: number;
  /** Blocks of subnets by zone letter, in place of planned ones, as a VPC has that was made by hand. @default planned */
  readonly cidrBlocks?: Readonly<Partial<Record<Letter, string>>>;
  /** What finds the subnets by a tag: EMR (which needs it on the VPC too), Kubernetes' load balancers. @default none */
  readonly uses?: readonly ("emr" | "load-balancer")[];
  /** Tags of the tier's subnets. @default none but `Name` */
  readonly tags?: Tags;
  /** Tags of single subnets, by zone letter. @default none */
  readonly zoneTags?: Readonly<Partial<Record<Letter, Tags>>>;
}

export interface PublicTierProps extends TierProps {
  /** Gives every instance that starts in the tier a public IPv4 address. @default false */
  readonly mapPublicIpOnLaunch?: boolean;
}

/** What all flow logs have in common. */
export interface FlowLogsProps {
  /** Which traffic is recorded. @default "ALL" */
  readonly trafficType?: "ACCEPT" | "ALL" | "REJECT";
  /** Seconds that traffic is gathered before it is written: 60 or 600. @default 600 */
  readonly aggregationSeconds?: 60 | 600;
}

/** Flow logs in an encrypted log group of the network's own, `/aws/vpc/<networkName>`. */
export interface CloudWatchFlowLogs extends FlowLogsProps {
  /** Says that the records go to CloudWatch Logs. */
  readonly destination: "cloudwatch";
  /** Days that a record is kept: one of the values that CloudWatch Logs knows. */
  readonly retentionDays: number;
  /** ARN of the log group's key, which must let in CloudWatch Logs for it. */
  readonly keyArn: string;
}

/** Flow logs in a bucket, whose policy must let in `delivery.logs.amazonaws.com`. */
export interface S3FlowLogs extends FlowLogsProps {
  /** Says that the records go to S3. */
  readonly destination: "s3";
  /** ARN of the bucket, or of a folder in it: `arn:aws:s3:::bucket/folder/`. */
  readonly bucketArn: string;
  /** Form of the files. @default "plain-text" */
  readonly fileFormat?: "parquet" | "plain-text";
  /** Partitions by hour, not by day. @default false */
  readonly hourlyPartitions?: boolean;
}
