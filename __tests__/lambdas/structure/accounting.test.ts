import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { MAX_LINE_BYTES } from "../../../lambdas/structure/lines";
import { purchase, view } from "../support/events";
import { Pipeline } from "../support/pipeline";

const text = (event: object): Buffer => Buffer.from(JSON.stringify(event));
const good: fc.Arbitrary<Buffer> = fc.constantFrom(
  text(view()),
  text(purchase()),
  text(view({ schemaVersion: 2, sessionId: "s-1" })),
  text(view({ shopId: "b", occurredAt: "2024-04-30T00:00:00Z" })),
);

/** A bad line of each kind and the beginning of its reason. */
const BAD: Readonly<Record<string, Buffer>> = {
  "type must be one of": text(view({ type: "wish" })),
  '"colour" is not a field': text(view({ colour: "red" })),
  "visitorId is missing": text(view({ visitorId: undefined })),
  "quantity must be a whole number": text(purchase({ quantity: "2" })),
  "occurredAt must be at most 24 hours after": text(view({ occurredAt: "2199-12-31T00:00:00Z" })),
  "sessionId is a field of schema version 2 only": text(view({ sessionId: "s-1" })),
  "a line must be JSON": Buffer.from("{"),
  "a line must be UTF-8": Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  [`a line must have at most ${MAX_LINE_BYTES} bytes`]: Buffer.alloc(MAX_LINE_BYTES + 1, 0x61),
};
const LINE_BREAKS = ["\n", "\r\n", "\n\n", "\n \n"] as const;

test("every line is either good or rejected with its reason and number, whatever stands beside it", async () => {
  const bad = fc.constantFrom(...Object.entries(BAD)).map(([reason, line]) => ({ reason, line }));
  const line = fc.oneof(
    good.map((found) => ({ reason: undefined, line: found })),
    bad,
  );
  const lines = fc.array(fc.record({ found: line, ending: fc.constantFrom(...LINE_BREAKS) }), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(lines, fc.constantFrom(1000, 4096, 65_536), async (chosen, pieceBytes) => {
      const pipeline = new Pipeline();
      pipeline.rawBucket.pieceBytes = pieceBytes;
      const body = Buffer.concat(chosen.flatMap(({ found, ending }) => [found.line, Buffer.from(ending)]));
      const { lines: counted } = await pipeline.structure(pipeline.send("a.ndjson", body));
      const expected = chosen.flatMap(({ found }) => (found.reason === undefined ? [] : [found.reason]));
      expect(counted).toEqual({
        in: chosen.length,
        good: chosen.length - expected.length,
        rejected: expected.length,
      });
      const [stored] = [...pipeline.rejected.objects.values()];
      const reasons = stored === undefined ? [] : rejectedReasons(stored.body);
      expect(reasons.map((reason, at) => reason.startsWith(expected[at] ?? "?"))).toEqual(
        expected.map(() => true),
      );
    }),
    { seed: 7, numRuns: 50 },
  );
});

function rejectedReasons(packed: Uint8Array): string[] {
  const records = gunzipSync(packed).toString("utf8").trimEnd().split("\n");
  return records.map((record) => (JSON.parse(record) as { reason: string }).reason);
}
