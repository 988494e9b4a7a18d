import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { TerraformOutput } from "cdktf";
import { Construct } from "constructs";

/** Seconds that a resolver may remember the record which proves the domain. */
const TTL_SECONDS = 300;

export interface CertificateProps {
  /** The one name that the certificate is for. */
  readonly domainName: string;
  /** Id of the public zone of Route 53 that holds it. @default somebody makes the record by hand */
  readonly hostedZoneId?: string | undefined;
}

/**
 * A certificate that AWS renews by itself as long as the record that proves the domain is there. Without a hosted zone
 * the stack's output says which record to make. The first apply waits for it, and fails after 75 minutes: apply with
 * `-target` of the certificate first, or read the record from ACM while the apply waits.
 *
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export class Certificate extends Construct {
  /** Made by AWS; known once the domain is proven, so that what uses it waits. */
  readonly certificateArn: string;
  readonly resource: AcmCertificate;

  constructor(scope: Construct, id: string, { domainName, hostedZoneId }: CertificateProps) {
    super(scope, id);
    this.resource = new AcmCertificate(this, "Resource", {
      domainName,
      validationMethod: "DNS",
      // A listener holds the old one until it has the new one.
      lifecycle: { createBeforeDestroy: true },
      tags: { Name: domainName },
    });
    const proof = hostedZoneId === undefined ? this.tellRecord() : this.createRecord(hostedZoneId);
    this.certificateArn = new AcmCertificateValidation(this, "Validation", {
      certificateArn: this.resource.arn,
      ...(proof ? { validationRecordFqdns: [proof.fqdn] } : {}),
    }).certificateArn;
  }

  /** The record is the same for every certificate of the account for this name: another stack may have made it. */
  private createRecord(zoneId: string): Route53Record {
    const { resourceRecordName, resourceRecordType, resourceRecordValue } = this.record;
    return new Route53Record(this, "Record", {
      zoneId,
      name: resourceRecordName,
      type: resourceRecordType,
      records: [resourceRecordValue],
      ttl: TTL_SECONDS,
      allowOverwrite: true,
    });
  }

  private tellRecord(): undefined {
    const { resourceRecordName: name, resourceRecordType: type, resourceRecordValue: value } = this.record;
    new TerraformOutput(this, "ValidationRecord", {
      description: "Record to make, so that AWS issues the certificate",
      value: { name, type, value },
    });
  }

  private get record() {
    return this.resource.domainValidationOptions.get(0);
  }
}
