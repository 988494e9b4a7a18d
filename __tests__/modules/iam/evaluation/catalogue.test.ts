import { Catalogue } from "../../../../modules/iam/evaluation";
import { refusal } from "./support";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await Catalogue.load();
});

test("knows an action whatever its capitals", () => {
  expect(catalogue.action("S3:getobject")).toMatchObject({ name: "s3:GetObject", accessLevel: "Read" });
});

test("rejects an action that AWS does not have", () => {
  expect(refusal(() => catalogue.action("s3:ReadObject"))).toBe("Action: must be known, got s3:ReadObject");
});

test("rejects an action of a service that was not read", async () => {
  const s3 = await Catalogue.load(["s3"]);
  expect(refusal(() => s3.action("sqs:SendMessage"))).toBe("Action: must be known, got sqs:SendMessage");
});

test("finds the actions that a pattern stands for", () => {
  const names = (pattern: string) => catalogue.actionsMatching(pattern).map(({ name }) => name);
  expect(names("sqs:*MessageB?tch")).toEqual(
    ["sqs:ChangeMessageVisibilityBatch", "sqs:DeleteMessageBatch", "sqs:SendMessageBatch"].filter((name) =>
      names("sqs:*").includes(name),
    ),
  );
  expect(names("s3:GetObject")).toEqual(["s3:GetObject"]);
  expect(names("nothing:*")).toEqual([]);
});

test.each([
  ["s3:GetObject", "arn:aws:s3:::orders/a", true],
  ["s3:GetObject", "arn:aws:s3:::orders", false],
  ["s3:GetObject", "arn:aws:s3:::orders*", true],
  ["s3:ListBucket", "arn:aws:s3:::orders", true],
  ["s3:ListBucket", "arn:aws:s3:::orders/*", false],
  ["s3:ListBucket", "arn:aws:sqs:eu-central-1:111122223333:orders", false],
  ["logs:PutLogEvents", "arn:aws:logs:eu-central-1:111122223333:log-group:/a:*", true],
  ["logs:PutLogEvents", "arn:aws:logs:eu-central-1:111122223333:log-group:/a", false],
  ["logs:DescribeLogGroups", "arn:aws:logs:eu-central-1:111122223333:log-group:*", true],
  ["ec2:DeleteNetworkInterface", "arn:aws:ec2:eu-central-1:111122223333:*/*", true],
  ["ec2:DeleteNetworkInterface", "arn:aws:ec2:eu-central-1:111122223333:subnet/*", false],
  ["kms:Decrypt", "arn:aws:kms:eu-central-1:111122223333:alias/orders", false],
  ["sts:AssumeRole", "arn:aws:iam::111122223333:role/team/reader", true],
  ["sqs:SendMessage", "*", false],
  ["xray:PutTraceSegments", "*", true],
])("says whether %s applies to %s: %s", (action, arn, applies) => {
  expect(catalogue.appliesTo(action, arn)).toBe(applies);
});
