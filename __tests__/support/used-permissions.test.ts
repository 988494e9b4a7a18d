import { join } from "node:path";
import { folderOf } from "./platform";
import { comparePermissions } from "./used-permissions";

const compare = (...used: readonly string[]) =>
  comparePermissions(join(folderOf("local"), "stacks"), used.map(lineOf).join("\n"));

function lineOf(permission: string): string {
  const [, role, action, resource] = /^(\S+): (\S+) on (.+)$/.exec(permission) ?? [];
  return JSON.stringify({ role, action, resource });
}

/** All that must be used. */
const { unused: NEEDED } = compare();

test("finds nothing where all is used that no reason explains", () => {
  expect(NEEDED.length).toBeGreaterThan(80);
  expect(compare(...NEEDED)).toEqual({ unused: [], notAllowed: [], needless: [] });
});

test("finds a permission that nobody uses", () => {
  const [first = "", ...others] = NEEDED;
  expect(compare(...others)).toEqual({ unused: [first], notAllowed: [], needless: [] });
});

test.each([
  ["of a role", "atlas-local-structure: s3:PutObject on arn:aws:s3:::another/*"],
  ["of a role that there is not", "atlas-local-stranger: s3:PutObject on arn:aws:s3:::another/*"],
])("finds what %s was done, and is not allowed", (_, used) => {
  expect(compare(...NEEDED, used)).toEqual({ unused: [], notAllowed: [used], needless: [] });
});

test("finds a reason that is none any more", () => {
  const used =
    "atlas-local-structure: sqs:ReceiveMessage on arn:aws:sqs:eu-central-1:000000000000:atlas-local-structure";
  expect(compare(...NEEDED, used)).toEqual({
    unused: [],
    notAllowed: [],
    needless: [expect.stringContaining("Lambda's mapping does it")],
  });
});
