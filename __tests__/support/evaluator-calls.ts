export const ACCOUNT = "111122223333";
export const FOREIGN = "444455556666";
export const REGION = "eu-central-1";
export const BUCKET = "orders-111122223333";
export const PREFIX = "events/blue/";
export const KEY = `${PREFIX}a.json`;
export const TABLE = "orders";
export const ROLE = { reader: "reader", foreign: "foreign", target: "target" } as const;
export const USER = "person";
export const SECRET = "orders/password";

/** A call, and what generated policies say of it. */
export interface Call {
  readonly action: string;
  /** Another action of the service. */
  readonly other: string;
  readonly arn: string;
  /** A resource of the same type that is not it. */
  readonly neighbour: string;
  /** Whether the resource can have a policy; a role's is its trust policy. */
  readonly policy: "none" | "may" | "trust" | "must";
  /** Whether another account can name it here: the embedded AWS looks for tables, keys and secrets in the caller's. */
  readonly foreign: boolean;
}

export const CALLS = {
  getObject: ofBucket("GetObject", `/${KEY}`),
  putObject: ofBucket("PutObject", `/${KEY}`),
  deleteObject: ofBucket("DeleteObject", `/${PREFIX}none.json`),
  listBucket: {
    ...ofBucket("ListBucket", ""),
    ...{ other: "s3:ListBucketVersions", neighbour: "arn:aws:s3:::other" },
  },
  sendMessage: ofService("sqs", "SendMessage", "ReceiveMessage", "orders"),
  getQueueAttributes: ofService("sqs", "GetQueueAttributes", "ReceiveMessage", "orders"),
  getItem: { ...ofService("dynamodb", "GetItem", "PutItem", "table/orders"), policy: "none", foreign: false },
  putItem: { ...ofService("dynamodb", "PutItem", "GetItem", "table/orders"), policy: "none", foreign: false },
  query: { ...ofService("dynamodb", "Query", "GetItem", "table/orders"), policy: "none", foreign: false },
  getParameter: {
    ...ofService("ssm", "GetParameter", "PutParameter", "parameter/shop/blue"),
    policy: "none",
    foreign: false,
  },
  publish: { ...ofService("sns", "Publish", "Subscribe", "news"), policy: "must" },
  getSecretValue: {
    ...ofService("secretsmanager", "GetSecretValue", "DescribeSecret", `secret:${SECRET}`),
    foreign: false,
  },
  encrypt: { ...ofService("kms", "Encrypt", "Decrypt", "key/"), policy: "must", foreign: false },
  assumeRole: {
    ...{ action: "sts:AssumeRole", other: "sts:TagSession", policy: "trust", foreign: true },
    arn: `arn:aws:iam::${ACCOUNT}:role/${ROLE.target}`,
    neighbour: `arn:aws:iam::${ACCOUNT}:role/${ROLE.reader}`,
  },
} as const satisfies Record<string, Call>;

export type CallName = keyof typeof CALLS;

function ofBucket(verb: string, path: string) {
  const arn = `arn:aws:s3:::${BUCKET}${path}`;
  const neighbour = `arn:aws:s3:::${BUCKET}/other/a.json`;
  return {
    action: `s3:${verb}`,
    other: "s3:GetObjectTagging",
    arn,
    neighbour,
    policy: "may" as const,
    foreign: true,
  };
}

function ofService(service: string, verb: string, other: string, resource: string) {
  const arn = `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
  return {
    ...{ action: `${service}:${verb}`, other: `${service}:${other}`, arn },
    ...{ neighbour: `${arn}-2`, policy: "may" as const, foreign: true },
  };
}
