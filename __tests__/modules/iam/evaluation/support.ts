import {
  type AccessRequest,
  type Catalogue,
  type Decision,
  decide,
  EvaluationError,
  type Policy,
  type PolicyKind,
  type Principal,
  readPolicy,
} from "../../../../modules/iam/evaluation";

export const ACCOUNT = "111122223333";
export const FOREIGN = "444455556666";

/** A statement as IAM writes it. */
export type Json = Readonly<Record<string, unknown>>;

export const ROLE = {
  ...{ type: "role", arn: `arn:aws:iam::${ACCOUNT}:role/team/reader`, session: "s" },
  tags: { team: "blue" },
} as const satisfies Principal;
export const USER = {
  ...{ type: "user", arn: `arn:aws:iam::${ACCOUNT}:user/ann`, tags: {} },
} as const satisfies Principal;
export const STRANGER = {
  ...{ type: "role", arn: `arn:aws:iam::${FOREIGN}:role/reader`, session: "s", tags: {} },
} as const satisfies Principal;

export const OBJECT = "arn:aws:s3:::orders/events/a.json";

export const allow = (more: Json = {}): Json => ({
  ...{ Effect: "Allow", Action: "s3:GetObject", Resource: OBJECT },
  ...more,
});
export const deny = (more: Json = {}): Json => allow({ Effect: "Deny", ...more });

/** The statements of each policy that bears on a call; null where there is none. */
export interface Policies {
  readonly identity?: readonly Json[];
  readonly boundary?: readonly Json[] | null;
  readonly session?: readonly Json[] | null;
  readonly resource?: readonly Json[] | null;
}

export const policyOf = (
  catalogue: Catalogue,
  name: string,
  statements: unknown,
  kind: PolicyKind = "identity",
): Policy =>
  readPolicy(
    { name, kind, text: JSON.stringify({ Version: "2012-10-17", Statement: statements }) },
    catalogue,
  );

/** Decides on a read of an object, or on what `request` says otherwise. */
export function decided(
  catalogue: Catalogue,
  { identity, boundary = null, session = null, resource = null }: Policies,
  request: Partial<AccessRequest> = {},
): Decision {
  const asked = {
    ...{ principal: ROLE, action: "s3:GetObject", context: {} },
    ...{ resource: { arn: OBJECT, account: ACCOUNT }, ...request },
  };
  const read = (name: string, statements: readonly Json[] | null, kind: PolicyKind = "identity") =>
    statements && policyOf(catalogue, name, statements, kind);
  const kind = asked.action.startsWith("sts:AssumeRole") ? "trust" : "resource";
  return decide(
    asked,
    {
      identity: identity ? [policyOf(catalogue, "identity", identity)] : [],
      ...{ boundary: read("boundary", boundary), session: read("session", session) },
      resource: read("resource", resource, kind),
    },
    catalogue,
  );
}

/** What an evaluation that decides nothing says. */
export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
  throw new Error("it was decided");
}
