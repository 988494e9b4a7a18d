import { Ec2 } from "./ec2";
import { JsonService } from "./json-service";
import { type Place, QueryService } from "./query-service";
import { RestService } from "./rest-service";

/** A call that our Terraform makes, and what AWS would answer. */
export interface Gap {
  readonly call: (moto: Moto) => Promise<object>;
  readonly answer: object;
}

/** A server of moto's: ours with the gaps closed, or an unchanged one. */
export class Moto {
  readonly ec2: Ec2;
  readonly balancers: QueryService;
  readonly ecs: JsonService;
  readonly scaling: JsonService;
  readonly certificates: JsonService;
  readonly firewall: JsonService;
  readonly namespaces: JsonService;
  readonly emr: JsonService;
  readonly serverless: RestService;

  constructor(endpoint: string, place: Place) {
    const json = (signingName: string, target: string) =>
      new JsonService(endpoint, place, { signingName, target });
    this.ec2 = new Ec2(endpoint, place);
    this.balancers = new QueryService(endpoint, place, {
      signingName: "elasticloadbalancing",
      version: "2015-12-01",
    });
    this.ecs = json("ecs", "AmazonEC2ContainerServiceV20141113");
    this.scaling = json("application-autoscaling", "AnyScaleFrontendService");
    this.certificates = json("acm", "CertificateManager");
    this.firewall = json("wafv2", "AWSWAF_20190729");
    this.namespaces = json("servicediscovery", "Route53AutoNaming_v20170314");
    this.emr = json("elasticmapreduce", "ElasticMapReduce");
    this.serverless = new RestService(endpoint, place, "emr-serverless");
  }
}
