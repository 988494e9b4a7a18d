import type { Clients } from "../../../cli/clients";

export const SUBMIT = {
  entryPoint: "s3://atlas-local-spark-000000000000-eu-central-1/atlas-local-spark/jobs/train/1/train.py",
  pyFiles: "s3://atlas-local-spark-000000000000-eu-central-1/atlas-local-spark/jobs/train/1/packages.zip",
  arguments: ["--curated", "s3://atlas-local-curated-000000000000-eu-central-1"],
  startTimeOption: "--at",
  configuration: {},
};

const policyOf = (role: string, policy: object) => ({
  type: "aws_iam_role_policy",
  instances: [{ attributes: { role, policy: JSON.stringify(policy) } }],
});

/** The state of the stack spark of `local`, with one job. */
export const STATE = {
  outputs: { jobs: { value: JSON.stringify({ "train-recommendations": SUBMIT }) } },
  resources: [
    { type: "aws_s3_bucket", instances: [{ attributes: { bucket: "spark" } }] },
    policyOf("atlas-local-spark-train-recommendations", {
      Statement: [
        { Action: "s3:GetObject", Resource: "arn:aws:s3:::curated/events/*" },
        {
          Action: ["s3:PutObject", "s3:GetObject"],
          Resource: ["arn:aws:s3:::curated/recommendations/*", "arn:aws:s3:::other/a/*"],
        },
        { Action: ["s3:PutObject"], Resource: ["arn:aws:s3:::curated/written/*"] },
        { Action: ["kms:Decrypt"], Resource: ["arn:aws:kms:eu-central-1:000000000000:key/*"] },
      ],
    }),
    policyOf("atlas-local-spark-erase-visitors", {
      Statement: [{ Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::curated/versions/*"] }],
    }),
  ],
};

/** An AWS that holds one object: that state. */
export function holding(state: object | undefined): Clients {
  const objectText = async (bucket: string, key: string) =>
    bucket === "atlas-local-state-000000000000-eu-central-1" && key === "atlas/local/spark.tfstate"
      ? state && JSON.stringify(state)
      : undefined;
  return { objectText } as unknown as Clients;
}
