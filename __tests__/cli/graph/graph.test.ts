import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { graph, graphModel, graphText } from "../../../cli/graph/graph";
import { Interrupt } from "../../../cli/interrupt";
import { Progress } from "../../../cli/progress";
import { synthesise } from "../../../stacks/synthesise";
import { TestFolder } from "../../support/folder";
import { folderOf } from "../../support/platform";

// What it writes is the same, and there already: a synth of each test's own takes seconds.
jest.mock("../../../stacks/synthesise", () => ({ outputDirectory: () => OUT, synthesise: jest.fn() }));

const folder = new TestFolder();
folder.home();
const OUT = join(folder.path, "out");
const DEV = folderOf("dev");
const synthesised = jest.mocked(synthesise).mockImplementation(() => {
  cpSync(DEV, OUT, { recursive: true });
  return [];
});
const interrupt = new Interrupt(
  () => {},
  () => {},
);
const context = { environment: "dev", embedded: false, progress: new Progress(), interrupt };

jest.setTimeout(30_000); // Graphviz is compiled anew for each picture

test("writes the picture beside the Terraform JSON, and says where", async () => {
  const result = await graph(context, { format: "svg" });
  const path = join(OUT, "graph.svg");
  expect(synthesised).toHaveBeenCalledWith(expect.objectContaining({ environment: "dev", embedded: false }));
  expect(graphText(result)).toBe(`Wrote ${path}`);
  expect(readFileSync(path, "utf8")).toContain("<title>The platform atlas dev: ");
});

test("writes Mermaid text to a file in a new folder", async () => {
  const output = join(folder.path, "new", "dev.mmd");
  await graph(context, { format: "mermaid", output });
  expect(readFileSync(output, "utf8")).toContain('s_data_Raw ==>|"events/"| s_pipeline_Structure');
});

test("gives the text itself for standard output", async () => {
  const result = await graph(context, { format: "dot", output: "-" });
  expect(graphText(result)).toMatch(/^digraph "atlas dev" \{\n[\s\S]*\n\}$/);
});

test("gives the model with the keys when asked", () => {
  const kinds = graphModel(context, { keys: true }).edges.map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(["flow", "grant", "contract", "key"]));
});
