import { covers, meets, objectsOf } from "../../../../modules/lambda-stage/pipeline/pattern";

test.each<[string, boolean]>([
  ["s3:PutObject", true],
  ["s3:putobject", true],
  ["s3:Put*", true],
  ["s3:PutObjec?", true],
  ["*", true],
  ["s3:PutObjectTagging", false],
  ["s3:Get*", false],
  ["s3.PutObject", false],
])("the action %s covers s3:PutObject: %s", (pattern, expected) => {
  expect(covers(pattern, ["s3:PutObject"])).toBe(expected);
});

const PLACE = { bucket: "raw", prefix: "events/", suffix: ".gz" };

test.each<[resource: string, expected: boolean]>([
  ["arn:aws:s3:::raw/events/*", true],
  ["arn:aws:s3:::raw/events/shop/*", true],
  ["arn:aws:s3:::raw/*", true],
  ["arn:aws:s3:::raw/ev*", true],
  ["arn:aws:s3:::raw*", true],
  ["arn:aws:s3:::*", true],
  ["*", true],
  ["arn:aws:s3:::raw/events/a.gz", true],
  ["arn:aws:s3:::raw/*.gz", true],
  ["arn:aws:s3:::raw/*gz", true],
  ["arn:aws:s3:::raw/events/a.json", false],
  ["arn:aws:s3:::raw/*.json", false],
  ["arn:aws:s3:::raw/eventful/*", false],
  ["arn:aws:s3:::raw/events", false],
  ["arn:aws:s3:::raw", false],
  ["arn:aws:s3:::raw-old/events/*", false],
  ["arn:aws:sqs:eu-central-1:123456789012:raw", false],
])("%s may be an object raw/events/*.gz: %s", (resource, expected) => {
  const pattern = objectsOf(resource);
  expect(pattern !== undefined && meets(pattern, PLACE)).toBe(expected);
});
