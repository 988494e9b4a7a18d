/**
 * Log group of the state machine of that name. The prefix keeps AWS's own policy of log deliveries short.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
export const runLogGroup = (sparkName: string) => `/aws/vendedlogs/states/${sparkName}`;
