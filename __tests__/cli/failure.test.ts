import { CommandError, failureJson, failureText, InterruptedError } from "../../cli/failure";

const refused = new CommandError({
  stack: "data",
  resource: "data/Raw/Resource",
  message: "terraform apply failed",
  said: "creating S3 Bucket (raw)\n\napi error AccessDenied",
  next: "npx groundplan up local",
});

test("says where, what, in whose words, and what to type next", () => {
  expect(failureText(refused)).toBe(
    [
      "data/Raw/Resource: terraform apply failed",
      "  | creating S3 Bucket (raw)",
      "  |",
      "  | api error AccessDenied",
      "Next: npx groundplan up local",
    ].join("\n"),
  );
});

test("names the stack beside a resource whose path does not begin with it, or alone", () => {
  const message = "it failed";
  const text = (resource?: string) => failureText(new CommandError({ stack: "data", resource, message }));
  expect(text("aws_s3_bucket.raw")).toBe("data: aws_s3_bucket.raw: it failed");
  expect(text()).toBe("data: it failed");
});

test("leaves out what is not known", () => {
  expect(failureText(new CommandError({ message: "no" }))).toBe("no");
  expect(JSON.stringify(failureJson(new CommandError({ message: "no", next: undefined })))).toBe(
    '{"kind":"CommandError","message":"no"}',
  );
});

test("is the same as data", () => {
  expect(failureJson(refused)).toEqual({ kind: "CommandError", ...refused.details });
});

test.each([
  [new TypeError("x is not a function"), { kind: "TypeError", message: "x is not a function" }],
  [
    new InterruptedError(),
    { kind: "InterruptedError", message: "stopped; run the same command again to go on" },
  ],
  ["thrown text", { kind: "Error", message: "thrown text" }],
])("knows kind and message of any error: %p", (error, json) => {
  expect(failureJson(error)).toEqual(json);
  expect(failureText(error)).toBe(json.message);
});
