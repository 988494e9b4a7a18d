import { textOf } from "./label";
import type { EdgeKind, GraphEdge, GraphNode, PlatformGraph } from "./model";
import { EDGES, FAMILIES, INK, STACK } from "./style";

const ARROWS: Readonly<Record<EdgeKind, string>> = {
  flow: "==>",
  grant: "-.->",
  contract: "-.->",
  key: "-.->",
};

/**
 * The graph as Mermaid text, which Git hosts draw in Markdown.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function mermaidOf(graph: PlatformGraph): string {
  const { project, environment, account, region } = graph;
  const families = Object.entries(FAMILIES).filter(([family]) =>
    graph.stacks.some(({ nodes }) => nodes.some((node) => node.family === family)),
  );
  return [
    "---",
    `title: ${project} ${environment} · account ${account} · ${region}`,
    "---",
    "flowchart LR",
    ...graph.stacks.flatMap(({ name, nodes }) => [
      `  subgraph ${idOf(name)}[${quoted(name)}]`,
      ...nodes.map((node) => `    ${nodeText(node)}`),
      "  end",
    ]),
    ...graph.edges.map((edge) => `  ${edgeText(edge)}`),
    ...graph.edges.map(
      ({ kind }, index) =>
        `  linkStyle ${index} stroke:${EDGES[kind].colour},stroke-width:${EDGES[kind].width}px`,
    ),
    ...families.map(
      ([family, { fill, line }]) => `  classDef ${family} fill:${fill},stroke:${line},color:${INK.strong}`,
    ),
    ...graph.stacks.map(
      ({ name }) => `  style ${idOf(name)} fill:${STACK.fill},stroke:${STACK.line},color:${INK.strong}`,
    ),
    "",
  ].join("\n");
}

function nodeText({ id, title, kind, facts, family }: GraphNode): string {
  const lines = [`<b>${escaped(title)}</b>`, ...[kind, ...facts].map(escaped)];
  return `${idOf(id)}("${lines.join("<br/>")}"):::${family}`;
}

function edgeText({ kind, from, to, labels }: GraphEdge): string {
  const text = labels.map((label) => escaped(textOf(label))).join("<br/>");
  return `${idOf(from)} ${ARROWS[kind]}${text === "" ? "" : `|"${text}"|`} ${idOf(to)}`;
}

/** `s_` keeps a stack called `end` or `graph` from being read as Mermaid's word. */
function idOf(id: string): string {
  return `s_${id}`.replace(/\W/g, "_");
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** Mermaid's own escapes: `#` begins one. */
function escaped(text: string): string {
  return text
    .replaceAll("#", "#35;")
    .replaceAll('"', "#quot;")
    .replaceAll("<", "#lt;")
    .replaceAll(">", "#gt;");
}
