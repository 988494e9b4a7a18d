import { textOf } from "./label";
import type { EdgeLabel, GraphEdge, GraphNode, GraphStack, PlatformGraph } from "./model";
import { EDGES, FAMILIES, INK, MEASURED_FONT, STACK } from "./style";

/** What a stack hands on is written out to this many names. */
const SHOWN_FIELDS = 3;

/** Characters of a label's line: the widest label decides how far apart nodes stand. */
const WIDEST_LABEL = 22;

/**
 * The graph in Graphviz's language, data flowing from left to right; the same graph gives the same text.
 *
 * A label is a node of its own in the middle of its arrow: Graphviz keeps other arrows off nodes, not off labels.
 */
export function dotOf(graph: PlatformGraph): string {
  const arrows = graph.edges.map((edge, index) => arrowOf(edge, `label ${index}`, graph));
  const insideOf = (stack: string) =>
    arrows.filter((arrow) => arrow.stack === stack).flatMap(({ lines }) => lines);
  return [
    `digraph ${quoted(`${graph.project} ${graph.environment}`)} {`,
    `  graph [rankdir=LR, splines=ortho, compound=true, newrank=true, nodesep=0.3, ranksep=0.22, pad=0.05, bgcolor="transparent", fontname="${MEASURED_FONT}"]`,
    `  node [shape=box, style="rounded,filled", fontname="${MEASURED_FONT}", fontsize=13, margin="0.1,0.06", fontcolor="${INK.strong}"]`,
    "  edge [arrowsize=0.75]",
    ...graph.stacks.flatMap((stack) => stackLines(stack, graph, insideOf(stack.name))),
    ...arrows
      .filter(({ stack }) => stack === undefined)
      .flatMap(({ lines }) => lines.map((line) => `  ${line}`)),
    "}",
    "",
  ].join("\n");
}

function stackLines({ name, nodes }: GraphStack, graph: PlatformGraph, arrows: readonly string[]): string[] {
  const fields = graph.edges
    .filter(({ kind, from }) => kind === "contract" && from === name)
    .flatMap(({ labels }) => labels.flatMap(({ names }) => names));
  const handed = [...new Set(fields)].sort();
  const shown = [...handed.slice(0, SHOWN_FIELDS), ...(handed.length > SHOWN_FIELDS ? ["…"] : [])];
  const end = '<BR ALIGN="LEFT"/>';
  const note = shown.length === 0 ? "" : `${end}${sized(10, `hands on ${shown.join(", ")}`)}${end}`;
  return [
    `  subgraph ${quoted(`cluster_${name}`)} {`,
    `    graph [label=<<B>${escaped(name)}</B>${note}>, labeljust=l, fontsize=14, fontcolor="${INK.quiet}", style="rounded,filled", fillcolor="${STACK.fill}", color="${STACK.line}", margin=11]`,
    ...nodes.map((node) => `    ${quoted(node.id)} [${nodeAttributes(node, graph)}]`),
    ...arrows.map((line) => `    ${line}`),
    "  }",
  ];
}

function nodeAttributes({ title, family, kind, name, facts }: GraphNode, graph: PlatformGraph): string {
  const { fill, line } = FAMILIES[family];
  const small = [shortened(name, graph), ...facts].filter((text) => text !== "");
  const lines = [`<B>${escaped(title)}</B>`, sized(11, kind), ...small.map((text) => sized(9, text))];
  return `label=<${lines.join("<BR/>")}>, fillcolor="${fill}", color="${line}"`;
}

/** A physical name without the account and region, which the picture's title says. */
export function shortened(name: string, { account, region }: PlatformGraph): string {
  return name.replace(`-${account}-${region}`, "-…");
}

interface Arrow {
  /** The stack that it stays in; none where it goes from one to another. */
  readonly stack: string | undefined;
  readonly lines: readonly string[];
}

function arrowOf(edge: GraphEdge, label: string, graph: PlatformGraph): Arrow {
  const { kind, from, to, labels } = edge;
  const { colour, width, dashes } = EDGES[kind];
  const style = [`color="${colour}"`, `penwidth=${width}`];
  if (dashes !== undefined) style.push(`style=${kind === "contract" ? "dotted" : "dashed"}`);
  if (kind === "contract") return { stack: undefined, lines: contractLines(edge, style, graph) };
  const [fromStack] = from.split("/");
  const stack = fromStack === to.split("/")[0] ? fromStack : undefined;
  if (kind === "key") return { stack, lines: [line(from, to, [...style, "constraint=false"])] };
  // Who only reads stands after what is read.
  const reversed = kind === "grant" && !flows(graph, from, to);
  const [tail, head] = reversed ? [to, from] : [from, to];
  const ends = reversed ? ["dir=back"] : [];
  if (labels.length === 0) return { stack, lines: [line(tail, head, [...style, ...ends, "minlen=2"])] };
  const text = labels.flatMap((one) => labelLines(one, colour)).join("<BR/>");
  return {
    stack,
    lines: [
      `${quoted(label)} [shape=plain, style="", label=<${text}>]`,
      line(tail, label, [...style, reversed ? "dir=back" : "dir=none"]),
      line(label, head, [...style, ...(reversed ? ["dir=none"] : [])]),
    ],
  };
}

function flows({ edges }: PlatformGraph, from: string, to: string): boolean {
  return edges.some((edge) => edge.kind === "flow" && edge.from === from && edge.to === to);
}

/** Verbs and names, on lines of their own where they are long. */
function labelLines(label: EdgeLabel, colour: string): string[] {
  const verbs = sized(11, label.verbs.join(", "), INK.quiet);
  const names = `<B>${sized(11, label.names.join(", "), colour)}</B>`;
  if (label.names.length === 0) return [verbs];
  if (label.verbs.length === 0) return [names];
  return textOf(label).length > WIDEST_LABEL
    ? [verbs, names]
    : [`${sized(11, `${label.verbs.join(", ")} `)}${names}`];
}

/** Between the boxes of stacks: Graphviz wants a node in each, and cuts the arrow at the box. */
function contractLines({ from, to }: GraphEdge, style: readonly string[], graph: PlatformGraph): string[] {
  const [tail, head] = [firstOf(from, graph), firstOf(to, graph)];
  if (tail === undefined || head === undefined) return [];
  const boxes = [`ltail=${quoted(`cluster_${from}`)}`, `lhead=${quoted(`cluster_${to}`)}`];
  return [line(tail, head, [...style, ...boxes, "constraint=false"])];
}

/** The node of a stack that stands furthest to the left: no data flows to it. */
function firstOf(stack: string, { stacks, edges }: PlatformGraph): string | undefined {
  const nodes = stacks.find(({ name }) => name === stack)?.nodes ?? [];
  const reached = new Set(edges.filter(({ kind }) => kind === "flow").map(({ to }) => to));
  return (nodes.find(({ id }) => !reached.has(id)) ?? nodes[0])?.id;
}

function line(tail: string, head: string, attributes: readonly string[]): string {
  return `${quoted(tail)} -> ${quoted(head)} [${attributes.join(", ")}]`;
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function sized(points: number, text: string, colour: string = INK.quiet): string {
  return `<FONT POINT-SIZE="${points}" COLOR="${colour}">${escaped(text)}</FONT>`;
}

/** Text for XML, and for Graphviz's labels that look like it. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
