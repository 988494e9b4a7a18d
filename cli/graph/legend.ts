import type { PlatformGraph } from "./model";
import { EDGES, type EdgeStyle, FAMILIES, type FamilyStyle, INK } from "./style";

const ROW = 22;
const SIZE = 11;
/** Room between two entries, and the share of the text's size that a letter takes. */
const GAP = 20;
const LETTER = 0.52;

/** Lines of SVG, and the room that they take; the first row begins at 0. */
export interface Legend {
  readonly height: number;
  readonly lines: readonly string[];
}

interface Entry {
  readonly words: string;
  readonly mark: string;
  /** Room for the mark. */
  readonly room: number;
}

/** What the lines and colours of a graph mean, as far as they occur, in rows of `width`. */
export function legendOf({ stacks, edges }: PlatformGraph, width: number): Legend {
  const families = new Set<string>(stacks.flatMap(({ nodes }) => nodes.map(({ family }) => family)));
  const kinds = new Set<string>(edges.map(({ kind }) => kind));
  const entries = [...present(EDGES, kinds).map(lineEntry), ...present(FAMILIES, families).map(boxEntry)];
  let x = 0;
  let row = 0;
  const lines = entries.map(({ words, mark, room }) => {
    const needed = room + words.length * SIZE * LETTER + GAP;
    if (x > 0 && x + needed > width) {
      x = 0;
      row += 1;
    }
    const place = `translate(${Math.round(x)} ${row * ROW + 6})`;
    x += needed;
    return `<g transform="${place}" font-size="${SIZE}" fill="${INK.quiet}">${mark}<text x="${room}" y="4">${words}</text></g>`;
  });
  return { height: (row + 1) * ROW, lines };
}

/** Styles that occur, in the order in which they are declared. */
function present<T>(styles: Readonly<Record<string, T>>, names: ReadonlySet<string>): T[] {
  return Object.entries(styles)
    .filter(([name]) => names.has(name))
    .map(([, style]) => style);
}

function lineEntry({ words, colour, width, dashes }: EdgeStyle): Entry {
  const dash = dashes === undefined ? "" : ` stroke-dasharray="${dashes}"`;
  const stroke = `<path d="M0 0h26" stroke="${colour}" stroke-width="${width}"${dash}/>`;
  return { words, mark: `${stroke}<path d="M26 -4l8 4l-8 4z" fill="${colour}"/>`, room: 40 };
}

function boxEntry({ words, fill, line }: FamilyStyle): Entry {
  const mark = `<rect y="-6" width="18" height="12" rx="4" fill="${fill}" stroke="${line}"/>`;
  return { words, mark, room: 24 };
}
