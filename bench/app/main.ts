import { App } from "cdktf";
import { DataStack } from "./data";
import { NetworkStack } from "./network";
import { PipelineStack } from "./pipeline";

/**
 * The fixed program that the synth bench measures: three stacks of 150 Terraform blocks (resources and data sources),
 * plain cdktf, so that what is compared is the start and not our modules. Writes to `CDKTF_OUTDIR`.
 */
const app = new App();
new NetworkStack(app, "network");
new DataStack(app, "data");
new PipelineStack(app, "pipeline");
app.synth();
