import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { S3Objects } from "../../../lambdas/shared/s3-objects";

const folder = mkdtempSync(join(tmpdir(), "groundplan-s3-"));
afterAll(() => rmSync(folder, { recursive: true }));

const LARGE = 9 * 1024 * 1024;

function fileOf(bytes: number): { readonly path: string; readonly bytes: number } {
  const path = join(folder, String(bytes));
  writeFileSync(path, Buffer.alloc(bytes, 0x61));
  return { path, bytes };
}

const failure = (httpStatusCode: number): S3ServiceException =>
  new S3ServiceException({ name: `E${httpStatusCode}`, $fault: "server", $metadata: { httpStatusCode } });

/** A bucket that answers with `failures` first, and what was sent to it whole. */
function bucket(...failures: Error[]): {
  objects: S3Objects;
  sent: { held: boolean; length: number; contentLength?: number }[];
} {
  const sent: { held: boolean; length: number; contentLength?: number }[] = [];
  const send = async (command: unknown): Promise<object> => {
    if (!(command instanceof PutObjectCommand)) throw new Error("only puts are expected");
    const { Body, ContentLength } = command.input;
    let length = 0;
    if (Body instanceof Uint8Array) length = Body.length;
    else for await (const chunk of Body as AsyncIterable<Uint8Array>) length += chunk.length;
    const contentLength = ContentLength === undefined ? {} : { contentLength: ContentLength };
    sent.push({ held: Body instanceof Uint8Array, length, ...contentLength });
    const next = failures.shift();
    if (next !== undefined) throw next;
    return {};
  };
  return { objects: new S3Objects({ send } as unknown as S3Client, "b"), sent };
}

describe("a file that becomes an object", () => {
  test("is sent from memory when it is small, so that the SDK can send it again", async () => {
    const { objects, sent } = bucket();
    expect(await objects.put("k", fileOf(10), "text/plain")).toBe(true);
    expect(sent).toEqual([{ held: true, length: 10 }]);
  });

  test("is streamed when it is large, whole each time that S3 fails", async () => {
    const { objects, sent } = bucket(failure(503), failure(500));
    expect(await objects.put("k", fileOf(LARGE), "text/plain")).toBe(true);
    expect(sent).toEqual(Array(3).fill({ held: false, length: LARGE, contentLength: LARGE }));
  });

  test("rejects after the third failure, and at once when S3 refuses it", async () => {
    const failing = bucket(failure(503), failure(503), failure(503));
    await expect(failing.objects.put("k", fileOf(LARGE), "text/plain")).rejects.toThrow(failure(503));
    expect(failing.sent).toHaveLength(3);
    const refusing = bucket(failure(403));
    await expect(refusing.objects.put("k", fileOf(LARGE), "text/plain")).rejects.toThrow(failure(403));
    expect(refusing.sent).toHaveLength(1);
  });
});
