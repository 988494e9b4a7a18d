/**
 * What the catalogue has otherwise than AWS: its tags of ELB are those of Classic, which have the same two names.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 */
export const isCatalogueGap = (action: string, resource: string) =>
  /^elasticloadbalancing:(Add|Remove)Tags$/.test(action) &&
  /:(listener|listener-rule|targetgroup)\/\S+$/.test(resource);
