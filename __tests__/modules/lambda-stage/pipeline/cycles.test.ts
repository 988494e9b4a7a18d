import fc from "fast-check";
import { cyclesIn, type StageFlow } from "../../../../modules/lambda-stage/pipeline/cycles";

/** A stage that is told of what lies under `from`, and may write under `to`, all in one bucket. */
const flow = (name: string, from: string, ...to: string[]): StageFlow => ({
  name,
  reads: [{ bucket: "data", prefix: `${from}/`, suffix: "" }],
  writes: to.map((prefix) => `arn:aws:s3:::data/${prefix}/*`),
});

const mistake = (first: string, way: string) =>
  `${first}: must not write where it reads, itself or through others, got ${way}: write under another prefix`;

test("a pipeline that only goes on is right, also where its ways meet again", () => {
  expect(
    cyclesIn([flow("a", "in", "x", "y"), flow("b", "x", "z"), flow("c", "y", "z"), flow("d", "z")]),
  ).toEqual([]);
});

test("rejects a stage that writes where it reads", () => {
  expect(cyclesIn([flow("a", "in", "in/done")])).toEqual([mistake("a", "a → data/in/ → a")]);
});

test("rejects a stage that writes where a stage before it reads", () => {
  expect(cyclesIn([flow("a", "in", "x"), flow("b", "x", "y"), flow("c", "y", "in")])).toEqual([
    mistake("a", "a → data/x/ → b → data/y/ → c → data/in/ → a"),
  ]);
});

test("rejects all ways back at once, and names no stage that only leads there", () => {
  expect(cyclesIn([flow("a", "in", "x"), flow("b", "x", "y"), flow("c", "y", "x", "y")])).toEqual([
    mistake("b", "b → data/y/ → c → data/x/ → b"),
    mistake("c", "c → data/y/ → c"),
  ]);
});

test("names an ending where there is one", () => {
  const stage = { ...flow("a", "in", "in"), reads: [{ bucket: "data", prefix: "in/", suffix: ".csv" }] };
  expect(cyclesIn([stage])).toEqual([mistake("a", "a → data/in/*.csv → a")]);
});

test("finds a way round in any graph that has one, and none in any other", () => {
  const names = [..."abcdef"];
  const edge = fc.tuple(fc.nat(5), fc.nat(5));
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 14 }), (edges) => {
      const flows = names.map((name, from) =>
        flow(name, name, ...edges.filter(([a]) => a === from).map(([, b]) => names[b] ?? "")),
      );
      expect(cyclesIn(flows).length > 0).toBe(hasCycle(edges));
    }),
    { seed: 7 },
  );
});

/** Takes away what leads nowhere until nothing is left, or only what goes round. */
function hasCycle(edges: readonly (readonly [number, number])[]): boolean {
  const left = edges.filter(([, to]) => edges.some(([from]) => from === to));
  return left.length === edges.length ? left.length > 0 : hasCycle(left);
}

test("looks at a thousand stages in a second", () => {
  const stages = Array.from(
    { length: 1_000 },
    (_, index): StageFlow => ({
      name: `s${index}`,
      reads: [{ bucket: `b${index}`, prefix: "in/", suffix: "" }],
      writes: [`arn:aws:s3:::b${index + 1}/in/*`],
    }),
  );
  const start = performance.now();
  expect(cyclesIn(stages)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(1_000);
});
