import { escaped } from "./dot";
import { drawn } from "./draw";
import { legendOf } from "./legend";
import type { PlatformGraph } from "./model";
import { DRAWN_FONT, INK, MEASURED_FONT, PAPER } from "./style";

const PADDING = 14;
const HEADER = 34;

/**
 * The graph as one SVG that needs nothing else: no font, style sheet or script from anywhere, on paper of its own.
 *
 * @throws DrawingError when Graphviz refuses the text
 */
export async function pictureOf(graph: PlatformGraph, dot: string): Promise<string> {
  const drawing = drawingIn(await drawn(dot), graph);
  const width = Math.max(Math.ceil(drawing.width), 420) + 2 * PADDING;
  const legend = legendOf(graph, width - 2 * PADDING);
  const bottom = HEADER + Math.ceil(drawing.height) + PADDING;
  const height = bottom + legend.height + PADDING / 2;
  const title = `${graph.project} ${graph.environment}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${DRAWN_FONT}">`,
    `<title>${escaped(`The platform ${title}: stacks, modules, flow of data and grants`)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>`,
    `<text x="${PADDING}" y="24" font-size="17" font-weight="bold" fill="${INK.strong}">${escaped(title)}<tspan dx="10" font-size="12" font-weight="normal" fill="${INK.quiet}">${escaped(subtitleOf(graph))}</tspan></text>`,
    `<g transform="translate(${PADDING} ${HEADER})">`,
    drawing.content,
    "</g>",
    `<g transform="translate(${PADDING} ${bottom})">`,
    ...legend.lines,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function subtitleOf({ account, region, stacks, elsewhere }: PlatformGraph): string {
  const beyond =
    elsewhere.length === 0 ? [] : [`grants on what no stack makes: ${elsewhere.length} (listed by --json)`];
  return [`account ${account}`, region, `${stacks.length} stacks`, ...beyond].join(" · ");
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly content: string;
}

/** Graphviz's picture without its frame and its names for what we invented, in the font that the whole picture has. */
function drawingIn(svg: string, { stacks }: PlatformGraph): Drawing {
  const ids = new Set(stacks.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
  const [, width = "0", height = "0"] = /<svg width="([\d.]+)pt" height="([\d.]+)pt"/.exec(svg) ?? [];
  const content = svg
    .slice(svg.indexOf('<g id="graph0"'), svg.lastIndexOf("</svg>"))
    .replace(/<!--.*?-->\n/g, "")
    .replaceAll("&#45;", "-")
    .replace(/<title>([^<]*)<\/title>\n/g, (line, title) => (ids.has(title) ? line : ""))
    .replaceAll(` font-family="${MEASURED_FONT}"`, "")
    .trim();
  return { width: Number(width), height: Number(height), content };
}
