import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Project } from "./project";

jest.setTimeout(30_000); // real processes: each takes a tenth of a second, on a busy machine ten times that

const says = (word: string) => `import { text } from "./text";\nconsole.log(text, "${word}");\n`;
const TEXT = 'export const text: string = "hello";\n';

let project: Project;
const start = (main: string, more: Record<string, string> = {}) => {
  project = new Project({ "main.ts": main, ...more });
};
afterEach(() => project.remove());

describe("bundle", () => {
  test("runs changed code of equal length, in the entry and behind an import, and the old code again", async () => {
    start(says("one"), { "text.ts": TEXT });
    expect(await project.launch()).toEqual({ status: 0, stdout: "hello one\n", stderr: "" });
    project.write("main.ts", says("two"));
    expect(await project.launch()).toEqual({ status: 0, stdout: "hello two\n", stderr: "" });
    project.write("text.ts", TEXT.replace("hello", "salut"));
    expect(await project.launch()).toEqual({ status: 0, stdout: "salut two\n", stderr: "" });
    project.write("main.ts", says("one"));
    expect(await project.launch()).toEqual({ status: 0, stdout: "salut one\n", stderr: "" });
  });

  test("is reused without esbuild, with the code cache of the first run", async () => {
    start(says("one"), { "text.ts": TEXT });
    await project.launch();
    const [cache = "none"] = project.builds(".v8");
    const made = statSync(join(project.root, ".groundplan/build", cache)).mtimeMs;
    project.remove("node_modules/esbuild");
    expect(await project.launch()).toEqual({ status: 0, stdout: "hello one\n", stderr: "" });
    expect(project.builds(".v8")).toEqual([cache]);
    expect(statSync(join(project.root, ".groundplan/build", cache)).mtimeMs).toBe(made);
  });

  test("keeps a code cache for each subcommand, and none of a run that failed", async () => {
    start("process.exitCode = Number(process.argv[3]);");
    for (const args of [
      ["up", "0"],
      ["up", "0"],
      ["down", "0"],
      ["status", "1"],
    ])
      await project.launch(args);
    expect(project.builds(".v8")).toHaveLength(2);
  });

  test("replaces a code cache that V8 rejects", async () => {
    start(says("one"), { "text.ts": TEXT });
    await project.launch();
    const cache = join(project.root, ".groundplan/build", project.builds(".v8")[0] ?? "none");
    writeFileSync(cache, "rubbish");
    expect(await project.launch()).toEqual({ status: 0, stdout: "hello one\n", stderr: "" });
    expect(readFileSync(cache).length).toBeGreaterThan(100);
  });

  test("is made anew after another launcher or other packages", async () => {
    start(says("one"), { "text.ts": TEXT });
    await project.launch();
    project.write("package-lock.json", '{"packages":{}}');
    project.write("node_modules/.package-lock.json", '{"packages":{}}');
    await project.launch();
    expect(project.builds(".cjs")).toHaveLength(2);
  });

  test("is whole when two first runs meet", async () => {
    start(says("one"), { "text.ts": TEXT });
    const both = await Promise.all([project.launch(), project.launch()]);
    expect(both).toEqual(Array(2).fill({ status: 0, stdout: "hello one\n", stderr: "" }));
    expect(project.builds(".cjs")).toHaveLength(1);
    expect(project.builds(".tmp")).toEqual([]);
  });

  test("runs where nothing can be kept", async () => {
    start(says("one"), { "text.ts": TEXT });
    const env = { GROUNDPLAN_HOME: join(project.root, "text.ts/home") };
    expect(await project.launch([], env)).toEqual({ status: 0, stdout: "hello one\n", stderr: "" });
  });

  test("is kept in GROUNDPLAN_HOME, and the twelve newest of them", async () => {
    start("console.log(0);");
    const home = join(project.root, "home");
    for (let n = 0; n < 14; n++) project.write(`home/build/${n}.cjs`, "");
    await project.launch([], { GROUNDPLAN_HOME: home });
    const { stdout } = await project.node([
      "-p",
      "fs.readdirSync('home/build').filter(n => n.endsWith('.cjs')).length",
    ]);
    expect(stdout).toBe("12\n");
  });
});

describe("program", () => {
  test("sees its own arguments, and each file its own place", async () => {
    start('import "./deep/place";\nconsole.log(process.argv.slice(2).join());', {
      "deep/place.ts":
        'import { relative } from "node:path";\nconsole.log(relative(process.cwd(), __dirname), relative(process.cwd(), __filename), relative(process.cwd(), process.argv[1] ?? ""));',
    });
    const { stdout } = await project.launch(["up", "--json"]);
    expect(stdout).toBe("deep deep/place.ts main.ts\nup,--json\n");
  });

  test("keeps its exit code", async () => {
    start("if (process.argv[2] === 'now') process.exit(7);\nprocess.exitCode = 3;");
    expect((await project.launch(["now"])).status).toBe(7);
    expect((await project.launch([])).status).toBe(3);
  });

  test("loads an external package when it is used, not before", async () => {
    start(
      "if (process.argv[2]) import('esbuild').then((e) => console.log(typeof e.build)); else console.log('no');",
    );
    expect((await project.launch(["use"])).stdout).toBe("function\n");
    project.remove("node_modules/esbuild");
    expect((await project.launch()).stdout).toBe("no\n");
  });

  test("is the command groundplan with cli/main.ts", async () => {
    start("", { "cli/main.ts": "console.log(process.argv.slice(2).join());" });
    expect((await project.node(["bin/groundplan.mjs", "status", "local"])).stdout).toBe("status,local\n");
  });
});

describe("failure", () => {
  const NAMED = 'class OrderError extends Error {\n  override readonly name = "OrderError";\n}\n';

  test("rejects with name and message alone when our code has named the mistake, now or later", async () => {
    start(
      `${NAMED}const fail = () => { throw new OrderError("quantity must be 1 or more, got 0"); };\n` +
        "if (process.argv[2] === 'now') fail();\nif (process.argv[2] === 'later') setTimeout(fail);\nelse Promise.resolve().then(fail);",
    );
    for (const when of ["now", "later", "promise"]) {
      const expected = "OrderError: quantity must be 1 or more, got 0\n";
      expect(await project.launch([when])).toEqual({ status: 1, stdout: "", stderr: expected });
    }
  });

  test("rejects with the TypeScript line of a bug, also of a named mistake with DEBUG", async () => {
    start(
      `${NAMED}const fail = (): void => {\n  throw new (process.env.DEBUG ? OrderError : Error)("lost");\n};\nfail();\n`,
    );
    const place = "    at fail (main.ts:5:9)\n    at main.ts:7:1\n";
    expect((await project.launch()).stderr).toBe(`Error: lost\n${place}`);
    expect((await project.launch([], { DEBUG: "1" })).stderr).toBe(`OrderError: lost\n${place}`);
  });

  test("rejects sources that do not compile, with every place", async () => {
    start('import "./absent";\nimport "./other";\n');
    const { status, stderr } = await project.launch();
    expect(status).toBe(1);
    expect(stderr).toBe(
      'BuildError: main.ts does not compile.\nmain.ts:1:8: Could not resolve "./absent"\nmain.ts:2:8: Could not resolve "./other"\n',
    );
  });

  test("rejects a zip by cdktf, which would start the program without end", async () => {
    start('import archiver from "archiver";\narchiver("zip");');
    expect((await project.launch()).stderr).toContain(
      "Error: AssetType.ARCHIVE cannot be used in groundplan: make the zip in process and use AssetType.FILE\n",
    );
  });

  test("rejects an old Node in one sentence", async () => {
    start("", { "old.cjs": "Object.defineProperty(process, 'versions', { value: { node: '20.8.1' } });" });
    expect(await project.node(["--require", "./old.cjs", "bin/launch.mjs", "main.ts"])).toEqual({
      status: 1,
      stdout: "",
      stderr: "groundplan needs Node 20.9 or newer, this is 20.8.1: install a newer one.\n",
    });
  });
});
