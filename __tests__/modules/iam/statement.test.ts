import { denyWithoutTls, policyJson } from "../../../modules";

test("writes a list of one as a plain string, as AWS gives it back", () => {
  expect(policyJson([{ actions: ["a:B"], resources: ["r"] }])).toBe(
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:B","Resource":"r"}]}',
  );
});

test("writes lists as lists, and principal and conditions where they are", () => {
  const statement = {
    principal: { Service: "s3.amazonaws.com" },
    actions: ["a:B", "a:C"],
    resources: ["r", "s"],
    conditions: { ArnEquals: { "aws:SourceArn": ["x", "y"] } },
  };
  expect(JSON.parse(policyJson([statement])).Statement).toEqual([
    {
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: ["a:B", "a:C"],
      Resource: ["r", "s"],
      Condition: { ArnEquals: { "aws:SourceArn": ["x", "y"] } },
    },
  ]);
});

test("refuses every action of a service that does not come over TLS, to everybody", () => {
  expect(JSON.parse(policyJson([denyWithoutTls("s3", ["arn:aws:s3:::raw"])])).Statement).toEqual([
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: "arn:aws:s3:::raw",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
});
