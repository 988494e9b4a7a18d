import type { ITerraformDependable } from "cdktf";
import type { IConstruct } from "constructs";
import type { BalancerAction } from "./authentication";

/** What a service must know of the load balancer before it, whichever stack makes that. */
export interface BalancerFront {
  readonly securityGroupId: string;
  readonly httpsListenerArn: string;
  /** How metrics name the load balancer. */
  readonly arnSuffix: string;
  /** Seconds for which a server behind it must keep a connection that nobody uses. */
  readonly keepAliveSeconds: number;
  /** The first thing to do with a request where users log in. */
  readonly authentication: BalancerAction | undefined;
  /** What is done with a request for `targetGroupArn`: the user logs in first where that is asked. */
  actionsFor(targetGroupArn: string): BalancerAction[];
  /**
   * Gives `owner` every request that no rule gives to another.
   *
   * @returns what must be there before the targets get requests
   * @throws ModuleError when it cannot have them
   */
  setDefault(owner: IConstruct, actions: BalancerAction[]): ITerraformDependable;
}
