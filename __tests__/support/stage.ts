import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TerraformStack } from "cdktf";
import { type FunctionBundle, LambdaStage, type LambdaStageProps } from "../../modules";
import { aBucketReference } from "./storage";

interface StageEnv {
  readonly QUEUE_URL: string;
  readonly TARGET: string;
}

const folder = mkdtempSync(join(tmpdir(), "groundplan-stage-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Any file will do for code that nobody runs. */
export function aBundle(): FunctionBundle {
  const path = join(folder, "orders.zip");
  writeFileSync(path, "code");
  return { path, sha256: "c2hhMjU2" };
}

/** A stage with the least props; `props` are what the test is about. */
export const aStage = (stack: TerraformStack, props: Partial<LambdaStageProps<StageEnv>> = {}) =>
  new LambdaStage<StageEnv>(stack, "Stage", {
    stageName: "orders",
    description: "Takes orders",
    bundle: aBundle(),
    source: props.source ?? aBucketReference(stack),
    prefix: "events/",
    environment: { TARGET: "curated" },
    keyAlias: "alias/orders",
    keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1",
    ...props,
  });
