import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Wafv2WebAclAssociation } from "@cdktf/provider-aws/lib/wafv2-web-acl-association";
import { Construct, type IConstruct } from "constructs";
import { accountOf, ModuleError } from "../../shared";
import { LogBucket } from "../../storage";
import { authenticationAction, type BalancerAction, forwardActions } from "./authentication";
import type { BalancerFront } from "./balancer-front";
import { BALANCER_DEFAULTS, type LoadBalancerProps } from "./balancer-props";
import { BalancerReference, type BalancerReferenceProps } from "./balancer-reference";
import { balancerMistakes } from "./balancer-rules";
import { BalancerSecurityGroup } from "./balancer-security-group";
import { Certificate } from "./certificate";
import { keepAliveFor } from "./keep-alive";
import { WebAcl } from "./web-acl";

const HTTPS_PORT = 443;
const HTTP_PORT = 80;

/** What a request gets that belongs to no service. */
const NOT_FOUND: BalancerAction = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", messageBody: "Not found", statusCode: "404" },
};

/**
 * An Application Load Balancer that speaks HTTPS and sends HTTP there. It answers 404 until `ServiceTargets` stand
 * behind it, and reaches them only: their service makes the rule.
 */
export class LoadBalancer extends Construct implements BalancerFront {
  /** Made by AWS. */
  readonly securityGroupId: string;
  /** Made by AWS. */
  readonly dnsName: string;
  /** Zone of `dnsName`, for alias records; made by AWS. */
  readonly zoneId: string;
  /** Made by AWS. */
  readonly httpsListenerArn: string;
  /** How metrics name the load balancer; made by AWS. */
  readonly arnSuffix: string;
  /** Where clients go: `https://…`. */
  readonly address: string;
  readonly idleTimeoutSeconds: number;
  /** Seconds for which a server behind it must keep a connection that nobody uses. */
  readonly keepAliveSeconds: number;
  readonly ipv6: boolean;
  readonly resource: Lb;
  /** Of its own, where `waf` makes one: its log group must be known to the key. */
  readonly webAcl: WebAcl | undefined;
  /** The first thing to do with a request where users log in. */
  readonly authentication: BalancerAction | undefined;
  readonly httpsListener: LbListener;
  private defaultOwner: IConstruct | undefined;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const mistakes = balancerMistakes(props);
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
    const { idleTimeoutSeconds = BALANCER_DEFAULTS.idleTimeoutSeconds, ipv6 = BALANCER_DEFAULTS.ipv6 } =
      props;
    this.idleTimeoutSeconds = idleTimeoutSeconds;
    this.keepAliveSeconds = keepAliveFor(idleTimeoutSeconds);
    this.ipv6 = ipv6;
    this.authentication = props.authenticate && authenticationAction(this, props.authenticate);
    this.securityGroupId = this.createSecurityGroup(props);
    this.resource = this.createBalancer(props);
    this.dnsName = this.resource.dnsName;
    this.zoneId = this.resource.zoneId;
    this.arnSuffix = this.resource.arnSuffix;
    this.address = `https://${props.domainName ?? this.dnsName}`;
    this.httpsListener = this.createHttps(props);
    this.httpsListenerArn = this.httpsListener.arn;
    this.createRedirect();
    this.webAcl = this.createWebAcl(props);
    this.createRecords(props);
  }

  /** A load balancer that another stack makes. */
  static fromAttributes(scope: Construct, id: string, props: BalancerReferenceProps): BalancerReference {
    return new BalancerReference(scope, id, props);
  }

  actionsFor(targetGroupArn: string): BalancerAction[] {
    return forwardActions(targetGroupArn, this.authentication);
  }

  /** @throws ModuleError when another has them */
  setDefault(owner: IConstruct, actions: BalancerAction[]): LbListener {
    if (this.defaultOwner !== undefined) {
      const rule = "hosts or paths must be set, as all other requests go to another already";
      throw new ModuleError(owner, `${rule}, got neither beside ${this.defaultOwner.node.path}`);
    }
    this.defaultOwner = owner;
    this.httpsListener.putDefaultAction(actions);
    return this.httpsListener;
  }

  private createSecurityGroup({ balancerName, vpcId, allowFrom }: LoadBalancerProps): string {
    const authenticates = this.authentication !== undefined;
    return new BalancerSecurityGroup(this, "SecurityGroup", { balancerName, vpcId, allowFrom, authenticates })
      .resource.id;
  }

  private createBalancer(props: LoadBalancerProps): Lb {
    const {
      balancerName,
      subnetIds,
      internal = BALANCER_DEFAULTS.internal,
      desyncMitigation = BALANCER_DEFAULTS.desyncMitigation,
      deletionProtection = BALANCER_DEFAULTS.deletionProtection,
    } = props;
    return new Lb(this, "Resource", {
      name: balancerName,
      loadBalancerType: "application",
      internal,
      ipAddressType: this.ipv6 ? "dualstack" : "ipv4",
      subnets: subnetIds,
      securityGroups: [this.securityGroupId],
      idleTimeout: this.idleTimeoutSeconds,
      desyncMitigationMode: desyncMitigation,
      dropInvalidHeaderFields: true,
      enableDeletionProtection: deletionProtection,
      tags: { Name: balancerName },
      ...this.accessLogs(props, deletionProtection),
    });
  }

  /** Access logs and what they wait for: AWS tries to write as soon as they are switched on. */
  private accessLogs({ balancerName, accessLogs }: LoadBalancerProps, keepOnDestroy: boolean) {
    if (accessLogs === "none") return {};
    const { bucket = this.createLogBucket(balancerName, keepOnDestroy), prefix = balancerName } =
      accessLogs ?? {};
    if (typeof bucket === "string") return { accessLogs: { bucket, prefix, enabled: true } };
    bucket.grantBalancer(balancerName, prefix);
    return { accessLogs: { bucket: bucket.bucketName, prefix, enabled: true }, dependsOn: bucket.ready };
  }

  private createLogBucket(balancerName: string, keepOnDestroy: boolean): LogBucket {
    const { accountId, region } = accountOf(this);
    const bucketName = `${balancerName.toLowerCase()}-logs-${accountId}-${region}`;
    return new LogBucket(this, "Logs", { bucketName, keepOnDestroy });
  }

  private createHttps(props: LoadBalancerProps): LbListener {
    const { certificateArn, tlsPolicy = BALANCER_DEFAULTS.tlsPolicy } = props;
    return new LbListener(this, "Https", {
      loadBalancerArn: this.resource.arn,
      port: HTTPS_PORT,
      protocol: "HTTPS",
      sslPolicy: tlsPolicy,
      certificateArn: certificateArn ?? this.createCertificate(props),
      defaultAction: [NOT_FOUND],
    });
  }

  private createCertificate({ domainName = "", hostedZoneId }: LoadBalancerProps): string {
    return new Certificate(this, "Certificate", { domainName, hostedZoneId }).certificateArn;
  }

  private createRedirect(): void {
    new LbListener(this, "Http", {
      loadBalancerArn: this.resource.arn,
      port: HTTP_PORT,
      protocol: "HTTP",
      defaultAction: [
        {
          type: "redirect",
          redirect: { protocol: "HTTPS", port: String(HTTPS_PORT), statusCode: "HTTP_301" },
        },
      ],
    });
  }

  private createWebAcl(props: LoadBalancerProps): WebAcl | undefined {
    const {
      balancerName: name,
      waf = BALANCER_DEFAULTS.waf,
      wafRequestLimit: requestLimit = BALANCER_DEFAULTS.wafRequestLimit,
      wafCountedRules: countedRules = [],
      wafRefuseAnonymous: refuseAnonymous = BALANCER_DEFAULTS.wafRefuseAnonymous,
      wafLogRetentionDays: logRetentionDays = BALANCER_DEFAULTS.wafLogRetentionDays,
      keyArn,
    } = props;
    const rules = { requestLimit, countedRules, refuseAnonymous };
    const own =
      waf && keyArn !== undefined
        ? new WebAcl(this, "WebAcl", { name, ...rules, keyArn, logRetentionDays })
        : undefined;
    const webAclArn = own?.resource.arn ?? props.webAclArn;
    if (webAclArn !== undefined) {
      new Wafv2WebAclAssociation(this, "WebAclAssociation", { resourceArn: this.resource.arn, webAclArn });
    }
    return own;
  }

  /** Names that lead to the load balancer, whatever addresses it has today. */
  private createRecords({ domainName, hostedZoneId: zoneId }: LoadBalancerProps): void {
    if (domainName === undefined || zoneId === undefined) return;
    const alias = { name: this.dnsName, zoneId: this.zoneId, evaluateTargetHealth: true };
    new Route53Record(this, "Ipv4Record", { zoneId, name: domainName, type: "A", alias });
    if (this.ipv6) new Route53Record(this, "Ipv6Record", { zoneId, name: domainName, type: "AAAA", alias });
  }
}
