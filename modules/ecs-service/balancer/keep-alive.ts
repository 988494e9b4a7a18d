/** Seconds that a server outlasts the load balancer by: a connection that is closed and a request that is sent may cross on the way. */
const MARGIN_SECONDS = 5;

/**
 * Seconds for which a server behind a load balancer must keep a connection that nobody uses. The load balancer must be
 * the one that closes it: where the server does, a request may already be under way, and the client gets a 502.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout
 */
export function keepAliveFor(idleTimeoutSeconds: number): number {
  return idleTimeoutSeconds + MARGIN_SECONDS;
}
