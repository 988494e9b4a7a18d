import { ask, type PageRequest } from "./dashboard-requests";
import { BenchError } from "./measure";

/** What a reader's browser knows when the first page opens, by `component.property`. */
const KNOWN: Readonly<Record<string, unknown>> = {
  "url.pathname": "/",
  "url.search": "",
  "again.n_intervals": 0,
  // The parts of the address that narrow figures and that choose a story (`narrow` of dashboard/app/assets/pages.js).
  "narrowed.data": "",
  "chosen.data": "",
};
const SECONDS = 30;

/** A part of `/_dash-dependencies`: what a page asks the server for, and with what. */
interface Callback {
  readonly output: string;
  readonly inputs: readonly Property[];
  readonly state: readonly Property[];
  readonly clientside_function: unknown;
}

interface Property {
  readonly id: string;
  readonly property: string;
}

/**
 * What a browser asks for when the first page opens: the document, then each figure, table and chart in it.
 *
 * @throws BenchError when the dashboard's first page asks for no figure
 */
export async function visitOf(port: number): Promise<readonly PageRequest[]> {
  const signal = AbortSignal.timeout(SECONDS * 1000);
  const response = await fetch(`http://127.0.0.1:${port}/_dash-dependencies`, { signal });
  const callbacks = (await response.json()) as Callback[];
  const opening = callbacks.filter(
    ({ inputs, state, clientside_function }) =>
      !clientside_function && [...inputs, ...state].every((input) => nameOf(input) in KNOWN),
  );
  const visit = [{ path: "/" }, ...opening.map(requestOf)];
  if (opening.length === 0)
    throw new BenchError(`the first page asks for nothing that is known: ${Object.keys(KNOWN).join(", ")}`);
  for (const request of visit) {
    const { outcome } = await ask(port, request, SECONDS);
    if (!isAnswer(outcome)) throw new BenchError(`${request.body ?? request.path} came to ${outcome}`);
  }
  return visit;
}

/** Dash says 204 where nothing changes. */
export const isAnswer = (outcome: string): boolean => outcome === "200" || outcome === "204";

/** As Dash's own renderer writes it. */
function requestOf({ output, inputs, state }: Callback): PageRequest {
  const several = output.startsWith("..");
  const outputs = (several ? output.slice(2, -2).split("...") : [output]).map((name) => {
    const dot = name.lastIndexOf(".");
    return { id: name.slice(0, dot), property: name.slice(dot + 1) };
  });
  const body = {
    output,
    outputs: several ? outputs : outputs[0],
    inputs: inputs.map(withValue),
    changedPropIds: inputs.map(nameOf),
    state: state.map(withValue),
  };
  return { path: "/_dash-update-component", body: JSON.stringify(body) };
}

const nameOf = ({ id, property }: Property): string => `${id}.${property}`;
const withValue = ({ id, property }: Property) => ({ id, property, value: KNOWN[`${id}.${property}`] });
