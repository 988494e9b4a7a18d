import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { visitOf } from "../../bench/dashboard-visit";

let server: Server | undefined;
afterEach(() => server?.close().closeAllConnections());

const url = { id: "url", property: "search" };
const again = { id: "again", property: "n_intervals" };
const one = { output: "funnel-slot.children", inputs: [url, again], state: [], clientside_function: null };
const several = {
  output: "..main.children...title.data..",
  inputs: [again],
  state: [url],
  clientside_function: null,
};

/** A dashboard that has these callbacks and answers each with `status`. */
async function dashboard(callbacks: readonly object[], status = 200): Promise<number> {
  server = createServer((incoming, outgoing) => {
    if (incoming.url === "/_dash-dependencies") return outgoing.end(JSON.stringify(callbacks));
    return outgoing.writeHead(incoming.method === "POST" ? status : 200).end();
  });
  await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

const bodies = async (port: number) =>
  (await visitOf(port)).map(({ body }) => (body === undefined ? undefined : JSON.parse(body)));

test("asks for the document, then for what its callbacks fill, as Dash's renderer does", async () => {
  const [search, count] = [
    { ...url, value: "" },
    { ...again, value: 0 },
  ];
  expect(await bodies(await dashboard([one, several]))).toEqual([
    undefined,
    {
      ...{ output: one.output, outputs: { id: "funnel-slot", property: "children" } },
      ...{ inputs: [search, count], changedPropIds: ["url.search", "again.n_intervals"], state: [] },
    },
    {
      output: several.output,
      outputs: [
        { id: "main", property: "children" },
        { id: "title", property: "data" },
      ],
      ...{ inputs: [count], changedPropIds: ["again.n_intervals"], state: [search] },
    },
  ]);
});

test("leaves out what the browser does by itself, and what needs a choice of the reader", async () => {
  const browser = { ...one, clientside_function: { namespace: "groundplan" } };
  const chosen = { ...one, inputs: [{ id: "stories", property: "active_cell" }] };
  expect(await bodies(await dashboard([browser, one, chosen]))).toHaveLength(2);
});

test("rejects a dashboard whose first page asks for nothing", async () => {
  await expect(visitOf(await dashboard([]))).rejects.toThrow(
    "the first page asks for nothing that is known: url.pathname, url.search, again.n_intervals",
  );
});

test("rejects a dashboard that does not answer one of the requests", async () => {
  await expect(visitOf(await dashboard([one], 500))).rejects.toThrow(
    /^\{"output":"funnel-slot.children".* came to 500$/,
  );
});

test("takes 204 for an answer: nothing changes", async () => {
  expect(await visitOf(await dashboard([one], 204))).toHaveLength(2);
});
