import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import type { BucketReference } from "../../storage";
import { bucketOf } from "../jobs/spark-job";
import type { BootstrapActionProps } from "./cluster-props";

/** The scripts that every node runs first, in S3. */
export class BootstrapFiles extends Construct {
  readonly actions: { name: string; path: string; arguments: readonly string[] }[] = [];
  readonly files: ITerraformDependable[] = [];

  constructor(
    scope: Construct,
    id: string,
    sparkName: string,
    artefacts: BucketReference,
    actions: readonly BootstrapActionProps[],
  ) {
    super(scope, id);
    actions.forEach(({ name, file, arguments: args = [] }, index) => {
      const hash = createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16);
      const key = `${sparkName}/bootstrap/${hash}/${basename(file)}`;
      const asset = new TerraformAsset(this, `File${index}`, { path: file, type: AssetType.FILE });
      this.files.push(
        new S3Object(this, `Script${index}`, {
          bucket: artefacts.bucketName,
          key,
          source: asset.path,
          lifecycle: { createBeforeDestroy: true },
          dependsOn: bucketOf(artefacts),
        }),
      );
      this.actions.push({ name, path: `s3://${artefacts.bucketName}/${key}`, arguments: args });
    });
  }
}
