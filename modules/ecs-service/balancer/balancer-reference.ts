import { Construct, type IConstruct } from "constructs";
import { ModuleError } from "../../shared";
import {
  authenticationAction,
  type BalancerAction,
  type CognitoProps,
  forwardActions,
  type OidcProps,
} from "./authentication";
import type { BalancerFront } from "./balancer-front";
import { BALANCER_DEFAULTS } from "./balancer-props";
import { keepAliveFor } from "./keep-alive";

export interface BalancerReferenceProps {
  /** ARN of its HTTPS listener, as the stack that makes it publishes it. */
  readonly httpsListenerArn: string;
  /** Id of its security group, as that stack publishes it. */
  readonly securityGroupId: string;
  /** How metrics name it, as that stack publishes it. */
  readonly arnSuffix: string;
  /** Asks users to log in before a request goes on. @default nobody is asked */
  readonly authenticate?: OidcProps | CognitoProps | undefined;
  /** Seconds until it closes a connection that nobody uses, as that stack sets it. @default 60 */
  readonly idleTimeoutSeconds?: number;
}

/** A load balancer that another stack makes and several services share: each has its requests by `hosts` or `paths`. */
export class BalancerReference extends Construct implements BalancerFront {
  readonly httpsListenerArn: string;
  readonly securityGroupId: string;
  readonly arnSuffix: string;
  readonly keepAliveSeconds: number;
  readonly authentication: BalancerAction | undefined;

  constructor(scope: Construct, id: string, props: BalancerReferenceProps) {
    super(scope, id);
    const { idleTimeoutSeconds = BALANCER_DEFAULTS.idleTimeoutSeconds } = props;
    this.httpsListenerArn = props.httpsListenerArn;
    this.securityGroupId = props.securityGroupId;
    this.arnSuffix = props.arnSuffix;
    this.keepAliveSeconds = keepAliveFor(idleTimeoutSeconds);
    this.authentication = props.authenticate && authenticationAction(this, props.authenticate);
  }

  actionsFor(targetGroupArn: string): BalancerAction[] {
    return forwardActions(targetGroupArn, this.authentication);
  }

  /** @throws ModuleError always: its listener is another stack's */
  setDefault(owner: IConstruct): never {
    throw new ModuleError(
      owner,
      `hosts or paths must be set, with a priority: all other requests belong to the stack of ${this.node.path}, got neither`,
    );
  }
}
