import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { Role } from "../../iam";
import { Bucket, type BucketReference } from "../../storage";
import type { SparkJobProps } from "./job-props";
import { JOB_DEFAULTS } from "./job-rules";
import type { SparkSubmit } from "./spark-submit";

/** Who may take the role of a job: the instances of a cluster, or EMR Serverless. */
export type JobTrust =
  | { readonly principals: readonly string[]; readonly sessionTags: true }
  | { readonly service: string; readonly sourceArn: string };

interface JobPlace {
  /** First word of the role's name, and of the keys. */
  readonly sparkName: string;
  readonly jobName: string;
  readonly artefacts: BucketReference;
  readonly trust: JobTrust;
}

/** A job: its files in S3, and the role that it runs as. Made by `addJob`. */
export class SparkJob extends Construct {
  readonly jobName: string;
  /** The job's own: grant it what the job reads and writes. */
  readonly role: Role;
  readonly submit: SparkSubmit;
  readonly retries: number;
  readonly timeoutSeconds: number;
  readonly onFailure: "stop" | "continue";
  readonly onDemand: boolean;
  /** What must be there before a run: literal addresses hide the order. */
  readonly files: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly place: JobPlace,
    props: SparkJobProps,
  ) {
    super(scope, id);
    const { retries = JOB_DEFAULTS.retries, timeoutSeconds = JOB_DEFAULTS.timeoutSeconds } = props;
    this.jobName = place.jobName;
    this.retries = retries;
    this.timeoutSeconds = timeoutSeconds;
    this.onFailure = props.onFailure ?? JOB_DEFAULTS.onFailure;
    this.onDemand = props.onDemand ?? JOB_DEFAULTS.onDemand;
    this.role = this.createRole(props.description);
    const prefix = `${jobPrefix(place.sparkName, place.jobName)}${hashOf(props)}/`;
    const entry = this.upload("Entry", props.entryFile, `${prefix}${basename(props.entryFile)}`);
    const packages = props.pyFiles && this.upload("Packages", props.pyFiles.path, `${prefix}packages.zip`);
    this.files = packages ? [entry, packages] : [entry];
    this.submit = {
      entryPoint: this.address(`${prefix}${basename(props.entryFile)}`),
      ...(packages ? { pyFiles: this.address(`${prefix}packages.zip`) } : {}),
      arguments: props.arguments ?? [],
      ...(props.startTimeOption === undefined ? {} : { startTimeOption: props.startTimeOption }),
      configuration: props.configuration ?? {},
    };
  }

  private createRole(description: string): Role {
    const { sparkName, jobName, artefacts, trust } = this.place;
    const role = new Role(this, "Role", { roleName: `${sparkName}-${jobName}`, description, ...trust });
    artefacts.grantRead(role, jobPrefix(sparkName, jobName));
    return role;
  }

  /** Another content has another key, so that a run never reads half of the old and half of the new. */
  private upload(id: string, path: string, key: string): S3Object {
    const asset = new TerraformAsset(this, `${id}File`, { path, type: AssetType.FILE });
    return new S3Object(this, id, {
      bucket: this.place.artefacts.bucketName,
      key,
      source: asset.path,
      lifecycle: { createBeforeDestroy: true },
      dependsOn: bucketOf(this.place.artefacts),
    });
  }

  private address(key: string): string {
    return `s3://${this.place.artefacts.bucketName}/${key}`;
  }
}

/** Where the files of a job are. */
const jobPrefix = (sparkName: string, jobName: string) => `${sparkName}/jobs/${jobName}/`;

function hashOf({ entryFile, pyFiles }: SparkJobProps): string {
  const hash = createHash("sha256").update(readFileSync(entryFile));
  if (pyFiles) hash.update(readFileSync(pyFiles.path));
  return hash.digest("hex").slice(0, 16);
}

/** What an upload waits for where the same stack makes the bucket: its literal name hides the order. */
export const bucketOf = (bucket: BucketReference): ITerraformDependable[] =>
  bucket instanceof Bucket ? [bucket.resource] : [];
