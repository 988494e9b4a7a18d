import { type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { S3Curated } from "../../../lambdas/shared/s3-curated";

/** A client that answers with `answer`, and what it was asked. */
function client(answer: unknown): { s3: S3Client; asked: unknown[] } {
  const asked: unknown[] = [];
  const send = async ({ input }: { input: unknown }): Promise<unknown> => {
    asked.push(input);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { s3: { send } as unknown as S3Client, asked };
}

const refused = (httpStatusCode: number): S3ServiceException =>
  new S3ServiceException({ name: `E${httpStatusCode}`, $fault: "client", $metadata: { httpStatusCode } });

describe("the curated bucket in S3", () => {
  test("is read in parts of one version", async () => {
    const body = { transformToByteArray: async () => Buffer.from("abc") };
    const { s3, asked } = client({ Body: body, ETag: '"e"' });
    expect(await new S3Curated(s3, "b").readRange("k", 4, 7, "e")).toEqual({
      bytes: Buffer.from("abc"),
      etag: "e",
    });
    expect(asked).toEqual([{ Bucket: "b", Key: "k", Range: "bytes=4-6", IfMatch: '"e"' }]);
  });

  test.each([
    [412, "changed"],
    [416, "changed"],
    [404, "missing"],
    [403, "missing"],
  ])("says that a part is not read for %d: %s", async (status, said) => {
    expect(await new S3Curated(client(refused(status)).s3, "b").readRange("k", 0, 1)).toBe(said);
  });

  test("gives the head of an object, and says when there is none", async () => {
    const head = { ETag: '"e"', LastModified: new Date(0), ContentLength: 3 };
    expect(await new S3Curated(client(head).s3, "b").head("k")).toEqual({
      etag: "e",
      lastModified: "1970-01-01T00:00:00.000Z",
      size: 3,
    });
    expect(await new S3Curated(client(refused(404)).s3, "b").head("k")).toBe("missing");
  });

  test("rejects what S3 cannot answer, and an answer that is not whole", async () => {
    await expect(new S3Curated(client(refused(503)).s3, "b").head("k")).rejects.toThrow(refused(503));
    await expect(new S3Curated(client({}).s3, "b").head("k")).rejects.toThrow(
      "s3: an object must come with ETag, Last-Modified and Content-Length, got less",
    );
  });
});
