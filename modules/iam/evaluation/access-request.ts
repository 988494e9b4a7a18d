import type { RequestContext } from "./context";
import type { Policy } from "./policy";
import type { Principal } from "./principal";

/** One call, as AWS checks it. */
export interface AccessRequest {
  readonly principal: Principal;
  /** Such as `s3:GetObject`. */
  readonly action: string;
  readonly resource: {
    /** Of the one resource; `*` where the action has none. */
    readonly arn: string;
    /** Whose it is. */
    readonly account: string;
  };
  /** What else the call says. */
  readonly context: RequestContext;
}

/** All policies that bear on a call; null where there is none. */
export interface ApplicablePolicies {
  /** Of the principal. */
  readonly identity: readonly Policy[];
  /** The most that the principal's policies can give. */
  readonly boundary: Policy | null;
  /** The most that a session can do, given when the role was taken. @default none */
  readonly session?: Policy | null;
  /** Of the resource; of a role that is taken, its trust policy. */
  readonly resource: Policy | null;
}

export interface Decision {
  readonly decision: "allowed" | "denied";
  /** What decided, for people. */
  readonly because: string;
  /** The statements that decided; none where nothing allows it. */
  readonly statements: readonly string[];
}
