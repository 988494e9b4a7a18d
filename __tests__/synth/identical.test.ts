import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SPARK_JOBS } from "../../config/naming";
import { copyTree, type Hashes, type Person, synthIn } from "../support/tree-copy";

jest.setTimeout(180_000);

const scratch = mkdtempSync(join(tmpdir(), "groundplan-identical-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const ENVIRONMENTS = ["dev", "prod", "local"];

const home = join(scratch, "home");
const her: Person = { umask: "022", env: { HOME: home, USER: "ada", LOGNAME: "ada", TZ: "UTC", LANG: "C" } };

/** Nobody, where the tests run as root and so can become somebody else. */
const NOBODY = 65_534;
const him: Person = {
  umask: "077",
  env: { HOME: "/nonexistent", USER: "bob", LOGNAME: "bob", TZ: "Pacific/Apia", LANG: "de_DE.UTF-8" },
  ...(process.getuid?.() === 0 ? { uid: NOBODY } : {}),
};

const hers = join(scratch, "a");
const his = join(scratch, "another/folder, with a longer name");

let first: Record<string, Hashes>;

beforeAll(async () => {
  chmodSync(scratch, 0o755);
  copyTree(hers, her);
  first = await synthAll(hers, her);
});

async function synthAll(folder: string, person: Person): Promise<Record<string, Hashes>> {
  const all: Record<string, Hashes> = {};
  for (const environment of ENVIRONMENTS) all[environment] = await synthIn(folder, environment, person);
  return all;
}

test("writes a stack file for each stack, the manifest, and the code of each function", () => {
  const names = Object.keys(first.dev ?? {}).map((path) =>
    path.replace(/_[0-9A-F]{8}\/[0-9A-F]{32}\//, "/").replace(/[0-9a-f]{16}\.zip$/, "modules.zip"),
  );
  expect(names).toEqual([
    "manifest.json",
    "stacks/dashboard/cdk.tf.json",
    "stacks/data/cdk.tf.json",
    "stacks/database/assets/LoadRecommendations_Code/loadRecommendations.zip",
    "stacks/database/assets/LoadRows_Code/loadRows.zip",
    "stacks/database/assets/Migrate_Code/migrate.zip",
    "stacks/database/assets/Totals_Code/totals.zip",
    "stacks/database/cdk.tf.json",
    "stacks/deployers/cdk.tf.json",
    "stacks/network/cdk.tf.json",
    "stacks/pipeline/assets/FollowErasure_Code/followErasure.zip",
    "stacks/pipeline/assets/LoadFigures_Code/loadFigures.zip",
    "stacks/pipeline/assets/LoadLake_Code/loadLake.zip",
    "stacks/pipeline/assets/ServeRecommendations_Code/serveRecommendations.zip",
    "stacks/pipeline/assets/Structure_Code/structure.zip",
    "stacks/pipeline/cdk.tf.json",
    "stacks/services/cdk.tf.json",
    ...SPARK_JOBS.flatMap((job) => [
      `stacks/spark/assets/Jobs_${job}_EntryFile/${job.replaceAll("-", "_")}.py`,
      `stacks/spark/assets/Jobs_${job}_PackagesFile/modules.zip`,
    ]).sort(),
    "stacks/spark/cdk.tf.json",
    "stacks/state/cdk.tf.json",
  ]);
});

test("writes the same bytes a second time", async () => {
  expect(await synthAll(hers, her)).toEqual(first);
});

test("writes the same bytes in another folder as another user, in another time zone and language", async () => {
  copyTree(his, him);
  expect(await synthAll(his, him)).toEqual(first);
});

test("writes other bytes for other environments, so that the comparison can fail", () => {
  expect(first.dev).not.toEqual(first.prod);
});
