/**
 * What EMR's managed policy lets its service role work with: subnets, security groups and the cluster itself, from which
 * EMR hands it on to instances and disks.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-iam-policies.html#manually-tagged-resources
 */
export const EMR_TAG = { "for-use-with-amazon-emr-managed-policies": "true" } as const;

/** By which policies know a cluster whose id AWS makes. */
export const CLUSTER_TAG = "spark-cluster";
