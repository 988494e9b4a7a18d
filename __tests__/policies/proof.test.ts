import { stacksIn } from "../../cli/access/access";
import { Catalogue } from "../../modules/iam/evaluation";
import { configOf, folderOf } from "../support/platform";
import { decisionsOf, findingsIn } from "../support/proof-checks";
import { worldOf } from "../support/proof-world";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await Catalogue.load();
});

const ENVIRONMENTS = ["dev", "prod"] as const;

test.each(ENVIRONMENTS)("every role of %s may do what its code needs, and nothing else", (environment) => {
  const world = worldOf(configOf(environment), stacksIn(folderOf(environment)), catalogue);
  const started = performance.now();
  const findings = findingsIn(world);
  const seconds = (performance.now() - started) / 1000;
  const decisions = decisionsOf(world);
  process.stderr.write(
    `${environment}: ${world.roles.length} roles, ${decisions} decisions in ${seconds.toFixed(1)} s\n`,
  );
  expect(findings.map(({ check, text }) => `${check}: ${text}`)).toEqual([]);
});
