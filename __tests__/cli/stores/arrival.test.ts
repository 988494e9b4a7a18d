import type { Clients } from "../../../cli/clients";
import { missingStores } from "../../../cli/stores/arrival";
import { loadConfig } from "../../../config/load";

const config = loadConfig("dev");
const version = { source: "0".repeat(32), etag: "new" };
const head = (etag: string, status: string) => ({
  ...{
    etag,
    status,
    sequencer: null,
    lastModified: "2026-03-01T00:00:00Z",
    manifestEtag: "m",
    run: "r",
    loadedAt: null,
  },
});

/** Stores that hold these etags of the source; none where it is left out. */
function holding(figures?: string, rows?: string, lake?: string, status = "loaded"): Clients {
  const texts = (etag: string) =>
    Object.entries(head(etag, status)).map(([name, value]) => [
      name,
      value === null ? { NULL: true } : { S: value },
    ]);
  const answer = rows === undefined ? [] : [{ source: version.source, etag: rows }];
  const client = (send: () => unknown) => async () => ({ send: async () => send() });
  return {
    dynamo: client(() => (figures === undefined ? {} : { Item: Object.fromEntries(texts(figures)) })),
    lambda: client(() => ({ Payload: Buffer.from(JSON.stringify(answer)) })),
    objectText: async () =>
      lake === undefined ? undefined : JSON.stringify({ ...head(lake, status), keys: [] }),
  } as unknown as Clients;
}

test.each([
  ["new", "new", "new", "loaded", []],
  [undefined, undefined, undefined, "loaded", ["figures", "rows", "lake"]],
  ["new", "old", "new", "loaded", ["rows"]],
  ["old", "new", "old", "loaded", ["figures", "lake"]],
  ["new", "new", "new", "loading", ["figures", "lake"]],
])("figures %s, rows %s, lake %s, %s: missing in %j", async (figures, rows, lake, status, missing) => {
  expect(await missingStores(config, holding(figures, rows, lake, status), version)).toEqual(missing);
});
