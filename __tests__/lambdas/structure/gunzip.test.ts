import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { PermanentError } from "../../../lambdas/shared/errors";
import { gunzipped } from "../../../lambdas/structure/gunzip";
import { pieces } from "../support/memory-bucket";

async function unpack(bytes: Uint8Array, size = 1000): Promise<string> {
  const found: Uint8Array[] = [];
  for await (const chunk of gunzipped(pieces(bytes, size))) found.push(Uint8Array.from(chunk));
  return Buffer.concat(found).toString("latin1");
}

const text = randomBytes(20_000).toString("hex");
const packed = gzipSync(text);

describe("the bytes of an object", () => {
  test.each([1, 2, 3, 1000, 1_000_000])("are unpacked in pieces of %d", async (size) => {
    expect(await unpack(size < 1000 ? gzipSync("abc") : packed, size)).toBe(size < 1000 ? "abc" : text);
  });

  test.each(["", "a", "\u001f", "\u001fa", "{}\n"])(
    "are left as they are without the magic bytes: %j",
    async (plain) => {
      expect(await unpack(Buffer.from(plain), 1)).toBe(plain);
    },
  );

  test("may be several members, cut anywhere", async () => {
    const members = Buffer.concat([gzipSync("one\n"), gzipSync("two\n"), gzipSync("")]);
    for (let size = 1; size <= members.length; size += 1)
      expect(await unpack(members, size)).toBe("one\ntwo\n");
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["cut short in its header", packed.subarray(0, 2), /gzip data must be whole, got unexpected end of file/],
    [
      "cut short in its data",
      packed.subarray(0, packed.length / 2),
      /gzip data must be whole, got unexpected end of file/,
    ],
    [
      "cut short in its trailer",
      packed.subarray(0, -1),
      /gzip data must be whole, got unexpected end of file/,
    ],
    [
      "damaged",
      Buffer.concat([packed.subarray(0, 100), Buffer.alloc(50), packed.subarray(150)]),
      /gzip data must be whole, got invalid|gzip data must be whole, got incorrect/,
    ],
    [
      "of a wrong checksum",
      Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8)]),
      /gzip data must be whole, got incorrect data check/,
    ],
    [
      "followed by text",
      Buffer.concat([packed, Buffer.from("more")]),
      /gzip data must be whole, got incorrect header check|got 4 bytes more/,
    ],
    [
      "followed by zeros",
      Buffer.concat([packed, Buffer.alloc(4)]),
      /gzip data must end with the file, got 4 bytes more: send it again/,
    ],
    [
      "followed by half a member",
      Buffer.concat([packed, packed.subarray(0, 50)]),
      /gzip data must be whole, got unexpected end of file/,
    ],
  ])("rejects gzip data that are %s", async (_what, bytes, message) => {
    for (const size of [7, 4096, bytes.length]) {
      const failure = await unpack(bytes, size).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PermanentError);
      expect((failure as Error).message).toMatch(message);
    }
  });

  test("rejects a source that fails with the source's error", async () => {
    const broken = (async function* () {
      yield packed.subarray(0, 500);
      throw new Error("connection reset");
    })();
    const drain = async (): Promise<void> => {
      for await (const _chunk of gunzipped(broken));
    };
    await expect(drain()).rejects.toThrow(new Error("connection reset"));
  });
});
