import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AnnotationMetadataEntryType, App } from "cdktf";
import type { PlatformConfig } from "../config/load";
import { Platform } from "./platform";

/** Where the Terraform JSON of an environment goes: `CDKTF_OUTDIR`, else `cdktf.out/<environment>`. */
export function outputDirectory(environment: string): string {
  return process.env.CDKTF_OUTDIR ?? join("cdktf.out", environment);
}

/**
 * Writes the Terraform JSON of the whole platform, the same bytes for the same sources and configuration.
 *
 * @returns what is no mistake and should be looked at, each with the path of its construct
 */
export function synthesise(config: PlatformConfig): string[] {
  const outdir = outputDirectory(config.environment);
  // cdktf makes the last folder of the path only.
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir });
  new Platform(app, config);
  app.synth();
  return app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
        .map(({ data }) => `${node.path}: ${data}`),
    );
}
