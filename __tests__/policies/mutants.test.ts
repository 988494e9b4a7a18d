import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACCESS_FOLDER, stacksIn } from "../../cli/access/access";
import { Catalogue, EvaluationError, type StackText } from "../../modules/iam/evaluation";
import type { Mutant } from "../support/mutant";
import { MUTANTS } from "../support/mutants";
import { configOf, folderOf } from "../support/platform";
import { findingsIn, type Untouched, untouchedSince } from "../support/proof-checks";
import { worldOf } from "../support/proof-world";

const FILE = join(ACCESS_FOLDER, "mutants.md");

let catalogue: Catalogue;
let stacks: readonly StackText[];
let untouched: Untouched;
/** Mutant → checks that catch it. */
const caught = new Map<Mutant, readonly string[]>();

beforeAll(async () => {
  catalogue = await Catalogue.load();
  stacks = stacksIn(folderOf("dev"));
  untouched = untouchedSince(worldOf(configOf("dev"), stacks, catalogue));
}, 60_000);

function checksThatCatch({ edit }: Mutant): readonly string[] {
  const copy = structuredClone(stacks);
  edit(copy);
  if (JSON.stringify(copy) === JSON.stringify(stacks)) throw new Error("the mutant changes nothing");
  try {
    const findings = findingsIn(worldOf(configOf("dev"), copy, catalogue), untouched);
    return [...new Set(findings.map(({ check }) => check))].sort();
  } catch (error) {
    if (error instanceof EvaluationError) return ["readable"];
    throw error;
  }
}

test.each(MUTANTS.map((mutant) => [mutant.kind, mutant.name, mutant] as const))(
  "%s: %s is caught",
  (_, __, mutant) => {
    const checks = checksThatCatch(mutant);
    caught.set(mutant, checks);
    expect(checks).not.toEqual([]);
  },
);

test("finds nothing where nothing was changed", () => {
  const world = worldOf(configOf("dev"), structuredClone(stacks), catalogue);
  expect(findingsIn(world, untouched)).toEqual([]);
});

test("the list is what docs/access/ has (refresh it with UPDATE_MUTANTS=1)", () => {
  const text = page();
  if (process.env.UPDATE_MUTANTS === "1") writeFileSync(FILE, text);
  expect(readFileSync(FILE, "utf8")).toBe(text);
});

function page(): string {
  const rows = MUTANTS.map(
    (mutant) => `| ${mutant.kind} | ${mutant.name} | ${(caught.get(mutant) ?? []).join(", ")} |`,
  );
  const count = MUTANTS.filter((mutant) => (caught.get(mutant) ?? []).length > 0).length;
  return [
    "# Wrong policies, and what catches them",
    "",
    "Each is the policies of `dev` with one mistake in them. Made by a test with `UPDATE_MUTANTS=1`, do not edit.",
    `**${count} of ${MUTANTS.length} are caught.**`,
    "",
    "| kind | mistake | caught by |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
