import { readFileSync } from "node:fs";
import { dotOf } from "../../../cli/graph/dot";
import { drawn } from "../../../cli/graph/draw";
import { drawingOf, graphIn } from "../../../cli/graph/graph";
import type { GraphNode, PlatformGraph } from "../../../cli/graph/model";
import { EDGES, FAMILIES, INK, PAPER } from "../../../cli/graph/style";
import { folderOf } from "../../support/platform";

jest.setTimeout(30_000); // Graphviz is compiled anew for each picture

const IMAGE = "docs/images/dev.svg";
const node = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  ...{
    id,
    title: id.split("/")[1] ?? "",
    family: "store",
    kind: "bucket",
    name: "",
    facts: [],
    resources: 1,
  },
  ...more,
});
const SMALL: PlatformGraph = {
  ...{ project: "shop", environment: "test", account: "123456789012", region: "eu-west-1" },
  stacks: [
    { name: "data", nodes: [node("data/Raw", { name: "shop-test-raw-123456789012-eu-west-1" })] },
    {
      name: "work",
      nodes: [node("work/Load", { title: 'A <b> & "c" #', family: "compute", kind: "function" })],
    },
  ],
  edges: [
    { kind: "flow", from: "data/Raw", to: "work/Load", labels: [{ verbs: [], names: ["events/"] }] },
    { kind: "grant", from: "work/Load", to: "data/Raw", labels: [{ verbs: ["read"], names: ["events/"] }] },
    { kind: "contract", from: "data", to: "work", labels: [{ verbs: [], names: ["a", "b", "c", "d"] }] },
  ],
  elsewhere: [],
};

const DEV = graphIn(folderOf("dev"));

test(`${IMAGE} is what dev looks like`, async () => {
  const fresh = await drawingOf(DEV, "svg");
  if (fresh !== readFileSync(IMAGE, "utf8")) {
    throw new Error(`${IMAGE} is stale: npx groundplan graph dev --output ${IMAGE}`);
  }
});

describe("the picture", () => {
  const svg = drawingOf(SMALL, "svg");

  test("is the same bytes again", async () => {
    expect(await drawingOf(SMALL, "svg")).toBe(await svg);
  });

  test("needs nothing from anywhere", async () => {
    const text = (await svg).replace('xmlns="http://www.w3.org/2000/svg"', "");
    expect(text).not.toMatch(/https?:|href|url\(|<script|<style|@import|<image/);
  });

  test("is XML, whatever the names are", async () => {
    expect(await svg).toContain("A &lt;b&gt; &amp; &quot;c&quot; #");
  });

  test("says which platform, where, and leaves that out of the names", async () => {
    expect(await svg).toContain("shop test");
    expect(await svg).toContain("account 123456789012 · eu-west-1 · 2 stacks");
    expect(await svg).toContain(">shop-test-raw-…<");
  });

  test("explains the lines and colours that it uses, and no others", async () => {
    const legend = (await svg).slice((await svg).lastIndexOf('<g transform="translate(14 '));
    const words = [...legend.matchAll(/<text x="\d+" y="4">([^<]*)/g)].map(([, word]) => word);
    expect(words).toEqual([
      "data flows",
      "role may",
      "stack reads ids of another",
      "runs code",
      "holds data",
    ]);
  });

  test("draws data and grants in two styles", async () => {
    const text = await svg;
    expect(text).toMatch(new RegExp(`stroke="${EDGES.flow.colour}" stroke-width="2.2"`));
    expect(text).toMatch(new RegExp(`stroke="${EDGES.grant.colour}"[^>]* stroke-dasharray="5,2"`));
  });

  test("counts the grants that lead out of it", async () => {
    const foreign = { from: "work/Load", resource: "arn:aws:s3:::other", verbs: ["read"] };
    expect(await drawingOf({ ...SMALL, elsewhere: [foreign] }, "svg")).toContain(
      "2 stacks · grants on what no stack makes: 1 (listed by --json)",
    );
  });

  test("has a place for a stack without nodes", async () => {
    expect(await drawingOf({ ...SMALL, stacks: [{ name: "empty", nodes: [] }], edges: [] }, "svg")).toMatch(
      /^<svg /,
    );
  });
});

test("text has a contrast of 7 : 1 on every fill", () => {
  const fills = [PAPER, ...Object.values(FAMILIES).map(({ fill }) => fill)];
  for (const fill of fills)
    for (const ink of Object.values(INK)) expect(contrast(ink, fill)).toBeGreaterThan(7);
});

describe("the text for Graphviz", () => {
  test("puts who only reads after what is read", () => {
    const reader = { ...SMALL, edges: SMALL.edges.filter(({ kind }) => kind === "grant") };
    expect(dotOf(reader)).toMatch(
      /"data\/Raw" -> "label 0" \[.*dir=back\]\n {2}"label 0" -> "work\/Load" \[.*dir=none\]/,
    );
  });

  test("keeps the label of an arrow inside a stack in its box", () => {
    const edges = [{ ...SMALL.edges[0], from: "data/Raw", to: "data/Other" } as (typeof SMALL.edges)[number]];
    const stacks = [{ name: "data", nodes: [node("data/Raw"), node("data/Other")] }];
    const [box = ""] =
      /subgraph "cluster_data" \{[\s\S]*?\n {2}\}/.exec(dotOf({ ...SMALL, stacks, edges })) ?? [];
    expect(box).toContain('"label 0"');
  });

  test("names three fields of a contract", () => {
    expect(dotOf(SMALL)).toContain("hands on a, b, c, …");
  });

  test("rejects what Graphviz cannot read, in its words", async () => {
    await expect(drawn("digraph {")).rejects.toMatchObject({
      name: "DrawingError",
      message: expect.stringMatching(/^Graphviz: syntax error in line 1/),
    });
  });
});

test("Mermaid text has the stacks, the nodes and the arrows, with names that it cannot misread", async () => {
  const lines = (await drawingOf(SMALL, "mermaid")).split("\n").slice(0, 12);
  expect(lines).toEqual([
    "---",
    "title: shop test · account 123456789012 · eu-west-1",
    "---",
    "flowchart LR",
    '  subgraph s_data["data"]',
    '    s_data_Raw("<b>Raw</b><br/>bucket"):::store',
    "  end",
    '  subgraph s_work["work"]',
    '    s_work_Load("<b>A #lt;b#gt; & #quot;c#quot; #35;</b><br/>function"):::compute',
    "  end",
    '  s_data_Raw ==>|"events/"| s_work_Load',
    '  s_work_Load -.->|"read events/"| s_data_Raw',
  ]);
});

/** WCAG 2.2, contrast ratio: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
