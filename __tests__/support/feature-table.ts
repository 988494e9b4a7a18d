import { readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";

/** A prop of an interface, as its reader sees it. */
export interface Feature {
  readonly name: string;
  readonly type: string;
  /** What `@default` says; `required` where the prop must be given. */
  readonly default: string;
  /** The sentences before the first tag. */
  readonly text: string;
}

/** An interface of props, with its own props, not those that it inherits. */
export interface FeatureGroup {
  readonly name: string;
  readonly parents: readonly string[];
  readonly features: readonly Feature[];
}

/**
 * The interfaces that a source file exports, read from its types and comments: what it says, not what a copy says.
 *
 * @throws Error that names a prop without a sentence, or one that may be left out and has no `@default`
 */
export function featuresOf(path: string): FeatureGroup[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
  return source.statements
    .filter(ts.isInterfaceDeclaration)
    .filter(isExported)
    .map((declaration) => ({
      name: declaration.name.text,
      parents: (declaration.heritageClauses ?? []).flatMap(({ types }) =>
        types.map((type) => type.getText()),
      ),
      features: declaration.members.filter(ts.isPropertySignature).map((member) => featureOf(source, member)),
    }));
}

/** The interfaces as Markdown: a heading and a table for each. */
export function featureTable(groups: readonly FeatureGroup[]): string {
  return groups
    .map(({ name, parents, features }) => {
      const inherited = parents.length > 0 ? `, and all of ${parents.map(code).join(", ")}` : "";
      const rows = features.map(
        (feature) =>
          `| ${[code(feature.name), code(feature.type), feature.default, feature.text].map(cell).join(" | ")} |`,
      );
      return [
        `### ${code(name)}${inherited}`,
        "",
        "| Prop | Type | Default | What it does |",
        "|---|---|---|---|",
        ...rows,
      ].join("\n");
    })
    .join("\n\n");
}

const BEGIN = "<!-- options: made from the types, do not edit -->";
const END = "<!-- /options -->";

/** A title and a check for every prop: one that is left out does not compile. */
export type Checks<Props> = {
  readonly [Name in keyof Required<Props>]: readonly [title: string, check: () => void];
};

/** Checks by the interface that they are about. */
export type ChecksByGroup = Readonly<Record<string, Readonly<Record<string, readonly [string, () => void]>>>>;

/** A test for every check. */
export function testOptions(checks: ChecksByGroup): void {
  describe.each(Object.keys(checks))("an option of %s:", (group) => {
    test.each(
      Object.entries(checks[group] ?? {}).map(([name, [title, check]]) => [name, title, check] as const),
    )("%s %s", (_name, _title, check) => check());
  });
}

/** Tests that a module's README says what the types say; with `UPDATE_README=1` it writes that instead. */
export function testOptionTable(module: string, groups: readonly FeatureGroup[]): void {
  const path = `modules/${module}/README.md`;
  test("the README's table says what the types say (UPDATE_README=1 writes it)", () => {
    const readme = readFileSync(path, "utf8");
    const fresh = withTable(readme, featureTable(groups));
    if (process.env.UPDATE_README === "1") writeFileSync(path, fresh);
    else if (readme !== fresh) {
      throw new Error(
        `${path} is stale: UPDATE_README=1 npx jest __tests__/modules/${module}/options.test.ts`,
      );
    }
  });
}

/** A README's text before, and after its table. @throws Error when it has no place for one */
function aroundTable(readme: string): [before: string, after: string] {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the README needs the lines ${BEGIN} and ${END}`);
  return [readme.slice(0, begin + BEGIN.length), readme.slice(end)];
}

/** The README with the table that it should have. */
function withTable(readme: string, table: string): string {
  const [before, after] = aroundTable(readme);
  return `${before}\n${table}\n${after}`;
}

function isExported({ modifiers }: ts.InterfaceDeclaration): boolean {
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function featureOf(source: ts.SourceFile, member: ts.PropertySignature): Feature {
  const name = member.name.getText();
  const comment = commentOf(source, member);
  const [text = "", ...tags] = comment.split(/(?:^| )@(?=[a-z]+ )/);
  const fallback = tags.find((tag) => tag.startsWith("default "))?.slice("default ".length);
  const optional = member.questionToken !== undefined;
  if (text === "") throw new Error(`${name} needs a sentence that says what it does`);
  if (optional && fallback === undefined) {
    throw new Error(`${name} may be left out, and needs a @default`);
  }
  return {
    name,
    type: (member.type?.getText() ?? "unknown").replace(/\s+/g, " "),
    default: optional && fallback !== undefined ? fallback : "required",
    text,
  };
}

/** The last doc comment before a member, on one line. */
function commentOf(source: ts.SourceFile, member: ts.Node): string {
  const range = ts.getLeadingCommentRanges(source.text, member.getFullStart())?.at(-1);
  if (range === undefined) return "";
  return source.text
    .slice(range.pos, range.end)
    .replace(/^\/\*\*|\*\/$/g, "")
    .replace(/^\s*\* ?/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}

const code = (text: string) => `\`${text}\``;

/** A bar would end the cell, in code as well. */
const cell = (text: string) => text.replaceAll("|", "\\|");
