import { type Place, type QueryAnswer, QueryService } from "./query-service";

export type Ec2Answer = QueryAnswer;

/** EC2, as its query API. */
export class Ec2 extends QueryService {
  constructor(endpoint: string, place: Place) {
    super(endpoint, place, { signingName: "ec2", version: "2016-11-15" });
  }
}
