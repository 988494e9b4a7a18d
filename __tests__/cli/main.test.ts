import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stopEmbedded } from "../../local/embedded";
import { ANSWERS, fakeEmulator } from "../support/fake-emulator";
import { TestFolder } from "../support/folder";

jest.setTimeout(60_000); // real processes; the first one bundles

const folder = new TestFolder();
const home = folder.home();

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): [ChildProcess, Promise<Ended>] {
  const { DEBUG, CI, CDKTF_OUTDIR, ...rest } = process.env;
  const child = spawn(process.execPath, ["bin/groundplan.mjs", ...args], {
    env: { ...rest, GROUNDPLAN_HOME: home, CDKTF_OUTDIR: join(folder.path, "out"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 50_000,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return [child, ended];
}

const groundplan = (...args: string[]) => start(args)[1];

/** Every file of a folder with its content. */
function files(path: string): Record<string, string> {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return Object.fromEntries(
    entries.map((file) => {
      const place = join(file.parentPath, file.name);
      return [place.slice(path.length), readFileSync(place, "base64")];
    }),
  );
}

describe("synth", () => {
  test("writes the same files twice where CDKTF_OUTDIR says, and says so in text or in one document", async () => {
    const directories = ["first/deep", "second/deep"].map((name) => join(folder.path, name));
    const ends: Ended[] = [];
    for (const [n, directory] of directories.entries()) {
      const args = n === 0 ? [] : ["--json"];
      ends.push(await start(["synth", "local", ...args], { CDKTF_OUTDIR: directory })[1]);
    }
    const [first = "", second = ""] = directories;
    expect(ends[0]).toEqual({ code: 0, stdout: `Wrote ${first}\n`, stderr: "" });
    expect(ends[1]).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(ends[1]?.stdout ?? "")).toEqual({
      ...{ environment: "local", directory: second, warnings: [] },
    });
    expect(Object.keys(files(first))).toContain("/stacks/pipeline/cdk.tf.json");
    expect(files(second)).toEqual(files(first));
  });
});

const COMMANDS = ["synth", "up", "down", "destroy", "status", "send", "dead-letters", "replay"];

describe("help", () => {
  test("lists the commands, and is an error where nothing is named to do", async () => {
    const [asked, unasked] = await Promise.all([groundplan("--help"), groundplan()]);
    expect(asked).toMatchObject({ code: 0, stderr: "" });
    const commands = [...asked.stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(([, name]) => name);
    expect(commands).toEqual(expect.arrayContaining(COMMANDS));
    for (const line of asked.stdout.split("\n")) expect(line).toHaveLength(Math.min(line.length, 80));
    expect(unasked).toEqual({ code: 1, stdout: "", stderr: asked.stdout });
  });

  test("shows an example of each command", async () => {
    const ends = await Promise.all(COMMANDS.map((name) => groundplan(name, "--help")));
    for (const [n, name] of COMMANDS.entries()) {
      expect(ends[n]).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`\\nExample:\\n {2}\\$ npx groundplan ${name} [a-z]`)),
      });
    }
  });
});

const REFUSED: [string[], { kind: string; message: string; next?: string }][] = [
  [
    ["synth", "nope"],
    {
      kind: "ConfigError",
      message:
        "config/environments/nope.yaml does not exist; ENVIRONMENT must be one of dev, local, prod, got nope",
    },
  ],
  [
    ["up", "dev"],
    {
      kind: "CommandError",
      message: "up works on the embedded AWS only, and dev lives in account 111111111111",
      next: "npx groundplan up dev --embedded (for the real one, see the README)",
    },
  ],
  [
    ["status"],
    {
      kind: "CommandError",
      message: "the embedded AWS of local does not run",
      next: "npx groundplan up local",
    },
  ],
  [
    ["send", "package.json", "dev", "--embedded"],
    {
      kind: "CommandError",
      message: "the embedded AWS of dev does not run",
      next: "npx groundplan up dev --embedded",
    },
  ],
  [["send", "missing"], { kind: "CommandError", message: "cannot read missing: no such file" }],
  [
    ["dead-letters", "redrive", "dev", "--embedded", "--all", "--stage", "load-rows"],
    {
      kind: "CommandError",
      message: "the embedded AWS of dev does not run",
      next: "npx groundplan up dev --embedded",
    },
  ],
  [
    ["dead-letters", "redrive", "local"],
    {
      kind: "CommandError",
      message: "name the letters to move, or --all",
      next: "npx groundplan dead-letters local lists them",
    },
  ],
  [
    ["send", "package.json", "--timeout", "0"],
    { kind: "CommandError", message: "--timeout must be 1 to 86400 seconds, got 0" },
  ],
];

const USAGE: [string[], string][] = [
  [["nope"], "unknown command 'nope'"],
  [["up", "--jso"], "unknown option '--jso'\n(Did you mean --json?)"],
  [["synth"], "missing required argument 'env'"],
];

/** A run in text, and the same with `--json`. */
const both = (args: readonly string[]) =>
  Promise.all([groundplan(...args), groundplan(...args, "--json")] as const);

/** The document of a run that failed and printed nothing else. */
function document({ code, stdout, stderr }: Ended): unknown {
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  return JSON.parse(stdout);
}

describe("failure", () => {
  test.each(REFUSED)("rejects %j in text on standard error, or in one document", async (args, error) => {
    const [text, json] = await both(args);
    const next = error.next === undefined ? "" : `Next: ${error.next}\n`;
    expect(text).toEqual({ code: 1, stdout: "", stderr: `\n${error.message}\n${next}` });
    expect(document(json)).toEqual({ error });
  });

  test.each(USAGE)(
    "rejects %j as a mistake in the command, and says where help is",
    async (args, message) => {
      const [text, json] = await both(args);
      const stderr = `error: ${message}\n(groundplan <command> --help shows an example)\n`;
      expect(text).toEqual({ code: 1, stdout: "", stderr });
      expect(document(json)).toEqual({
        error: { kind: "CommandError", message, next: "npx groundplan --help" },
      });
    },
  );
});

describe("down", () => {
  test("does nothing where nothing runs, and says so", async () => {
    const { code, stdout, stderr } = await groundplan("down", "dev", "--embedded");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "npx groundplan up dev --embedded starts it again.\n",
    });
    expect(stderr).toMatch(/^✓ embedded AWS {2}did not run; data is kept \(\d\.\d s\)\n$/);
    expect(JSON.parse((await groundplan("down", "--clean", "--json")).stdout)).toEqual({
      environment: "local",
      stopped: false,
      cleaned: true,
    });
  });
});

describe("Ctrl-C", () => {
  /** Runs `up` on an embedded AWS that says yes to everything, with a Terraform that stops when it is asked to. */
  async function stopped(...options: string[]): Promise<Ended & { readonly log: string }> {
    fakeEmulator(folder, ANSWERS);
    const log = folder.file("log");
    const terraform = folder.script(
      "terraform",
      `case "$1" in
version) echo '{"terraform_version": "1.11.4"}' ;;
init) mkdir -p .terraform ;;
apply) trap 'echo INT >> "${log}"; ended=1' INT; echo apply >> "${log}"
  turns=0; until [ "$ended" ] || [ $turns -gt 500 ]; do turns=$((turns + 1)); sleep 0.05; done
  sleep 0.3; echo ended >> "${log}" ;;
esac`,
    );
    const [child, ended] = start(["up", "local", ...options], { TERRAFORM_BINARY_NAME: terraform });
    try {
      for (let turn = 0; !readFileSync(log, "utf8").includes("apply") && turn < 500; turn++) await pause(50);
      child.kill("SIGINT");
      for (let turn = 0; !readFileSync(log, "utf8").includes("INT") && turn < 500; turn++) await pause(20);
      child.kill("SIGINT");
      return { ...(await ended), log: readFileSync(log, "utf8") };
    } finally {
      await stopEmbedded("local");
    }
  }

  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  test("lets Terraform finish, asks it once, and ends with 130 and one document", async () => {
    const { code, stdout, stderr, log } = await stopped("--json");
    expect({ code, log }).toEqual({ code: 130, log: "apply\nINT\nended\n" });
    expect(JSON.parse(stdout)).toEqual({
      error: { kind: "InterruptedError", message: "stopped; run the same command again to go on" },
    });
    expect(stderr).toContain(
      "\nStopping: Terraform finishes what it is at.\nStill waiting for Terraform: killing it would leave a lock on the state.\n",
    );
    expect(stderr).not.toContain("\x1b");
    expect(existsSync(join(home, "local", "lock.json"))).toBe(false);
  });
});
