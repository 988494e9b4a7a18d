import { KEPT_LINE_BYTES, LineReader, MAX_LINE_BYTES } from "../../../lambdas/structure/lines";

type Seen = [number, string] | [number, string, "refused"];

function read(bytes: Uint8Array, size = bytes.length || 1): Seen[] {
  const seen: Seen[] = [];
  const reader = new LineReader({
    line: (text, lineNumber) => seen.push([lineNumber, text]),
    refused: (reason, head, lineNumber) =>
      seen.push([lineNumber, `${reason}: ${head.length} ${head.slice(0, 3)}`, "refused"]),
  });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  reader.end();
  return seen;
}

const TOO_LONG = `a line must have at most ${MAX_LINE_BYTES} bytes, got more: ${KEPT_LINE_BYTES}`;

describe("lines", () => {
  test.each<[string, string, Seen[]]>([
    ["nothing", "", []],
    ["a line break alone", "\n", []],
    [
      "a last line without a break",
      "a\nb",
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    [
      "carriage returns",
      "a\r\nb\r\n",
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    [
      "blank lines, which keep their numbers",
      "\n \t\na\n\r\nb\n\n",
      [
        [3, "a"],
        [5, "b"],
      ],
    ],
    [
      "a byte order mark",
      "\ufeffa\n\ufeffb\n",
      [
        [1, "a"],
        [2, "\ufeffb"],
      ],
    ],
    ["a byte order mark alone", "\ufeff", []],
    [
      "umlauts and emoji",
      '{"a":"ü🎈"}\nz',
      [
        [1, '{"a":"ü🎈"}'],
        [2, "z"],
      ],
    ],
  ])("are split from %s, in pieces of any size", (_what, text, expected) => {
    const bytes = Buffer.from(text);
    for (const size of [1, 2, 3, 5, 1000]) expect(read(bytes, size)).toEqual(expected);
  });

  test("may have a megabyte", () => {
    const line = "x".repeat(MAX_LINE_BYTES);
    for (const text of [line, `${line}\n`, `${line}\r\n`, `a\n${line}\nb`])
      expect(read(Buffer.from(text), 65_536).map(([, found]) => found.length)).toContain(MAX_LINE_BYTES);
  });

  test.each([MAX_LINE_BYTES + 1, MAX_LINE_BYTES + 2, MAX_LINE_BYTES + 70_000, 10 * 1024 * 1024])(
    "rejects one of %d bytes, with its beginning, and goes on",
    (length) => {
      const bytes = Buffer.from(`a\n${"x".repeat(length)}\nb\n`);
      for (const size of [65_536, bytes.length])
        expect(read(bytes, size)).toEqual([
          [1, "a"],
          [2, `${TOO_LONG} xxx`, "refused"],
          [3, "b"],
        ]);
      expect(read(bytes.subarray(2, -3))).toEqual([[1, `${TOO_LONG} xxx`, "refused"]]);
    },
  );

  test("rejects a line that is not UTF-8, and no other", () => {
    const bytes = Buffer.concat([
      Buffer.from("a\n"),
      Buffer.from([0x78, 0xff, 0xfe]),
      Buffer.from("\nü\n\nb"),
    ]);
    for (const size of [1, 4, 100]) {
      expect(read(bytes, size)).toEqual([
        [1, "a"],
        [2, "a line must be UTF-8, got other bytes: 3 x\ufffd\ufffd", "refused"],
        [3, "ü"],
        [5, "b"],
      ]);
    }
  });

  test("rejects a long line of other bytes as long", () => {
    const bytes = Buffer.concat([Buffer.alloc(MAX_LINE_BYTES + 1, 0xff)]);
    expect(read(bytes, 65_536)[0]?.[1]).toMatch(TOO_LONG);
  });
});
