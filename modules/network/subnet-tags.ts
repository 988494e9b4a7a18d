import type { Tier } from "./address-plan";
import type { Tags, TierProps } from "./network-props";

/**
 * EMR's managed policies let it make things in what carries this tag only: VPC and subnets.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-iam-policies.html
 */
export const EMR_TAG: Tags = { "for-use-with-amazon-emr-managed-policies": "true" };

/**
 * The AWS Load Balancer Controller finds subnets by these: for load balancers that face the internet, and others.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html
 */
const LOAD_BALANCER_TAG = {
  public: { "kubernetes.io/role/elb": "1" },
  private: { "kubernetes.io/role/internal-elb": "1" },
  isolated: { "kubernetes.io/role/internal-elb": "1" },
} as const satisfies Record<Tier, Tags>;

/** Tags by which services find the subnets of a tier. */
export function subnetTags(tier: Tier, uses: TierProps["uses"] = []): Tags {
  return {
    ...(uses.includes("emr") ? EMR_TAG : {}),
    ...(uses.includes("load-balancer") ? LOAD_BALANCER_TAG[tier] : {}),
  };
}
