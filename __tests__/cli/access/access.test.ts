import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACCESS_FOLDER, filesOf, stacksIn } from "../../../cli/access/access";
import { type AccessMap, accessMap } from "../../../cli/access/access-map";
import { whoCan } from "../../../cli/access/who-can";
import { Catalogue } from "../../../modules/iam/evaluation";
import { isCatalogueGap } from "../../support/catalogue-gaps";
import { folderOf } from "../../support/platform";

let catalogue: Catalogue;
const maps = new Map<string, AccessMap>();
const mapOf = (environment: string): AccessMap => {
  const map = maps.get(environment);
  if (map === undefined) throw new Error(`there is no map of ${environment}`);
  return map;
};

beforeAll(async () => {
  catalogue = await Catalogue.load();
  for (const environment of ["dev", "prod"] as const)
    maps.set(environment, accessMap(environment, stacksIn(folderOf(environment)), catalogue));
});

describe.each(["dev", "prod"])("the map of %s", (environment) => {
  test(`is what docs/access/ has (refresh it with: npx groundplan access ${environment} --write)`, () => {
    for (const [name, text] of filesOf(mapOf(environment)))
      expect(readFileSync(join(ACCESS_FOLDER, name), "utf8")).toBe(text);
  });

  test("has no action on a type of resource that it does not apply to", () => {
    const wrong = mapOf(environment).roles.flatMap(({ role, may }) =>
      may
        .filter(({ by }) => by === undefined) // AWS says there what it likes
        .filter(({ action, resource }) => !catalogue.appliesTo(action, resource))
        .filter(({ action, resource }) => !isCatalogueGap(action, resource))
        .map(({ action, resource }) => `${role}: ${action} on ${resource}`),
    );
    expect(wrong).toEqual([]);
  });

  test("has a role that somebody may take, and do something with, wherever there is one", () => {
    for (const { takenBy, may } of mapOf(environment).roles)
      expect([takenBy.length > 0, may.length > 0]).toEqual([true, true]);
  });
});

test("says who may write a raw object, and under which conditions a key is used", () => {
  const raw = "arn:aws:s3:::atlas-dev-raw-111111111111-eu-central-1/events/web/a.ndjson";
  const { grants } = whoCan(mapOf("dev"), "s3:putobject", raw, catalogue);
  expect(grants.map(({ role, when }) => [role, when])).toEqual([["atlas-dev-collector-web", []]]);
  const structure = mapOf("dev").roles.find(({ role }) => role === "atlas-dev-structure");
  const keys = structure?.may.filter(({ action }) => action === "kms:Decrypt") ?? [];
  expect(keys.flatMap(({ when }) => when)).toContain(
    "kms:ResourceAliases ForAnyValue:StringEquals alias/atlas-dev",
  );
});

test("says that nobody may, and rejects an action that AWS has not", () => {
  const bucket = "arn:aws:s3:::atlas-dev-raw-111111111111-eu-central-1";
  expect(whoCan(mapOf("dev"), "s3:PutBucketAcl", bucket, catalogue).grants).toEqual([]);
  expect(whoCan(mapOf("dev"), "s3:DeleteBucket", bucket, catalogue).grants).toMatchObject([
    { role: "atlas-dev-apply" },
  ]);
  expect(() => whoCan(mapOf("dev"), "s3:Get", bucket, catalogue)).toThrow("AWS has no action s3:Get");
});
