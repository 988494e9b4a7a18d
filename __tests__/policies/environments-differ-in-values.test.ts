import { type PlatformJson, platform } from "../support/platform";

/** Address and names of attributes of everything in an environment, without a value. */
function shapeOf(stacks: PlatformJson): string[] {
  const paths = (value: unknown, at: string): string[] =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !isMap(at)
      ? Object.entries(value).flatMap(([name, below]) => paths(below, `${at}.${name}`))
      : [at];
  return paths(stacks, "").sort();
}

/** Its names are values: variables and tags. */
const isMap = (path: string) => /\.(variables|tags)$/.test(path);

/** What one of two environments has and the other has not. */
function violations(one: PlatformJson, other: PlatformJson): string[] {
  const [a, b] = [shapeOf(one), shapeOf(other)];
  return [...a.filter((path) => !b.includes(path)), ...b.filter((path) => !a.includes(path))];
}

test("dev and prod are the same resources with the same attributes", () => {
  expect(violations(platform("dev"), platform("prod"))).toEqual([]);
});

test("dev and prod are not the same values", () => {
  expect(platform("dev")).not.toEqual(platform("prod"));
});

test("catches a resource, or an attribute, that one environment has alone", () => {
  const { data, ...others } = structuredClone(platform("prod"));
  if (data === undefined) throw new Error("there is no stack data");
  const [[id, bucket] = ["", {}]] = Object.entries(data.resource?.aws_s3_bucket ?? {});
  const at = `.data.resource.aws_s3_bucket.${id}`;
  const withBucket = (block: object): PlatformJson => ({
    ...others,
    data: {
      ...data,
      resource: { ...data.resource, aws_s3_bucket: { ...data.resource?.aws_s3_bucket, [id]: { ...block } } },
    },
  });
  expect(violations(platform("dev"), withBucket({ ...bucket, acl: "private" }))).toEqual([`${at}.acl`]);
  expect(violations(platform("dev"), others)).toContain(`${at}.bucket`);
});
