import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Deployment } from "../../cli/deployment";
import { Progress } from "../../cli/progress";
import { loadConfig } from "../../config/load";
import { TestFolder } from "../support/folder";
import { FakeTerraform } from "./fake-terraform";

const folder = new TestFolder();
const home = folder.home();
const config = loadConfig("local");
const BUCKET = "atlas-local-state-000000000000-eu-central-1";
const localState = join(home, "local", "state.tfstate");

let fake: FakeTerraform;
let printed: string;

beforeEach(() => {
  fake = new FakeTerraform(folder);
  printed = "";
});

/** a ← b, c ← d: b and c wait for a, d for c, e for both. */
function stacks() {
  return [
    fake.stack("a"),
    fake.stack("b", ["a"]),
    fake.stack("c", ["a"]),
    fake.stack("d", ["c"]),
    fake.stack("e", ["b", "c"]),
  ];
}

/** A deployment of stacks whose states are in the bucket, as far as `objectExists` says so. */
function deployment(
  of: readonly ReturnType<FakeTerraform["stack"]>[],
  objectExists = async (_bucket: string, _key: string) => true,
): Deployment {
  const write = (text: string) => {
    printed += text;
    return true;
  };
  const progress = new Progress({ write } as unknown as NodeJS.WriteStream);
  return new Deployment({
    config,
    stacks: of,
    clients: { objectExists },
    progress,
    terraform: fake.settings,
  });
}

/** Where each of these lines stands in the log; -1 for one that is not there. */
const places = (...lines: string[]) =>
  lines.map((line) => fake.log.findIndex((entry) => entry.startsWith(line)));

const applied = (name: string) => fake.log.some((line) => line.startsWith(`${name} apply`));

describe("order", () => {
  test("applies independent stacks at the same time", async () => {
    // Each waits for the other: one after the other, both would give up.
    fake.on("b", "apply", ': > "$FAKE/b"; wait_for c; summary apply 1 0 0');
    fake.on("c", "apply", ': > "$FAKE/c"; wait_for b; summary apply 0 2 0');
    expect(await deployment(stacks()).apply()).toMatchObject({
      a: { add: 0 },
      b: { add: 1, change: 0 },
      c: { add: 0, change: 2 },
    });
  });

  test("applies a stack when all that it depends on are done, and no later", async () => {
    fake.on("b", "apply", "wait_for d");
    fake.on("d", "apply", ': > "$FAKE/d"');
    await deployment(stacks()).apply();
    for (const [before, after] of ["ab", "ac", "cd", "be", "ce"]) {
      const [end = -1, start = -1] = places(`${before} apply ended`, `${after} init`);
      expect([before, after, end >= 0 && start > end]).toEqual([before, after, true]);
    }
  });

  test("destroys in reverse", async () => {
    await deployment(stacks()).destroy();
    for (const [before, after] of ["ba", "ca", "dc", "eb", "ec"]) {
      const [end = -1, start = -1] = places(`${before} destroy ended`, `${after} init`);
      expect([before, after, end >= 0 && start > end]).toEqual([before, after, true]);
    }
  });

  test("destroys nothing of a stack that has no state", async () => {
    const exists = jest.fn(async (_bucket: string, key: string) => key === "atlas/local/a.tfstate");
    await deployment([fake.stack("a"), fake.stack("b", ["a"])], exists).destroy();
    expect(exists).toHaveBeenCalledWith(BUCKET, "atlas/local/b.tfstate");
    expect(fake.calls.map((call) => call.split(" ").slice(0, 2).join(" "))).toEqual(["a init", "a destroy"]);
    expect(printed).toMatch(/^✓ b {13}no changes/m);
  });
});

describe("failure", () => {
  test("rejects with the first failure, lets what runs end and starts nothing after it", async () => {
    fake.on("b", "apply", "exit 1");
    fake.on("c", "apply", "wait_for failed");
    const run = deployment(stacks()).apply();
    await expectFailed("b");
    fake.file("failed");
    await expect(run).rejects.toMatchObject({ details: { stack: "b", message: "terraform apply failed" } });
    expect(fake.log).toContain("c apply ended");
    expect([applied("d"), applied("e")]).toEqual([false, false]);
    expect(printed).toMatch(/✗ b .*\n[^✗]*✓ c [^✗]*$/);
  });

  test("rejects with the failure that came first, not that of the first stack", async () => {
    fake.on("b", "apply", "wait_for failed; exit 1");
    fake.on("c", "apply", "exit 1");
    const run = deployment(stacks()).apply();
    await expectFailed("c");
    fake.file("failed");
    await expect(run).rejects.toMatchObject({ details: { stack: "c" } });
  });

  async function expectFailed(stack: string): Promise<void> {
    for (let turn = 0; !printed.includes(`✗ ${stack} `); turn++) {
      if (turn > 250) throw new Error(`${stack} did not fail: ${printed}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});

test("shows how far Terraform is, by the paths of the code", async () => {
  const done = (addr: string, action: string) =>
    `echo '${JSON.stringify({ type: "apply_complete", hook: { action, resource: { addr } } })}'`;
  fake.on(
    "a",
    "apply",
    [
      "summary plan 2 0 1",
      done("data.x.y", "read"),
      done("aws_sqs_queue.Q1", "create"),
      done("aws_sqs_queue.Q2", "delete"),
      "summary apply 2 0 1",
    ].join("\n"),
  );
  await deployment([
    fake.stack("a", [], { paths: new Map([["aws_sqs_queue.Q1", "a/Work/Resource"]]) }),
  ]).apply();
  expect(printed.replace(/\d+\.\d s/, "1.0 s").split("\n")).toEqual([
    "  a             initialising",
    "  a             planning",
    "  a             2 to be added, 1 to be destroyed",
    "  a             1/3 a/Work/Resource",
    "  a             2/3 aws_sqs_queue.Q2",
    "✓ a             2 added, 1 destroyed (1.0 s)",
    "",
  ]);
});

describe("the state of the stack that makes the state bucket", () => {
  const MIGRATE = "state init -migrate-state -force-copy -no-color";
  /** An apply writes the state where the backend is. */
  const WRITES = `[ $backend = local ] && echo '{}' > '${localState}'; [ $backend = bucket ] && : > "$FAKE/moved"`;
  const inBucket = async () => existsSync(fake.path("moved"));
  const override = () => fake.path("stacks/state/backend_override.tf.json");

  beforeEach(() => {
    rmSync(localState, { force: true });
    fake.on("state", "apply", WRITES);
    fake.on("state", "init", `[ "$2" = -migrate-state ] && [ $backend = bucket ] && : > "$FAKE/moved"; true`);
  });

  test("begins on this machine and moves into the bucket, and leaves nothing behind", async () => {
    fake.on("state", "apply", `${WRITES}\ncp backend_override.tf.json "$FAKE/written"`);
    await deployment([fake.stack("state")], inBucket).apply();
    const written: unknown = JSON.parse(readFileSync(fake.path("written"), "utf8"));
    expect(written).toEqual({ terraform: { backend: { local: { path: localState } } } });
    expect(fake.calls).toEqual([
      "state init -reconfigure -no-color (local)",
      "state apply -auto-approve -json (local)",
      `${MIGRATE} (bucket)`,
    ]);
    expect([existsSync(override()), existsSync(localState)]).toEqual([false, false]);
  });

  test("stays in the bucket afterwards", async () => {
    fake.file("moved");
    await deployment([fake.stack("state")], inBucket).apply();
    expect(fake.calls).toEqual([
      "state init -reconfigure -no-color (bucket)",
      "state apply -auto-approve -json (bucket)",
    ]);
  });

  test("goes on from a state that an earlier run has left on this machine, also if there is one in the bucket", async () => {
    fake.file("moved");
    folder.file("home/local/state.tfstate", "{}");
    await deployment([fake.stack("state")], inBucket).apply();
    expect(fake.calls).toEqual([
      "state init -reconfigure -no-color (local)",
      "state apply -auto-approve -json (local)",
      `${MIGRATE} (bucket)`,
    ]);
    expect(existsSync(localState)).toBe(false);
  });

  test("rejects a state that did not arrive, says where it lies, and keeps it", async () => {
    await expect(deployment([fake.stack("state")], async () => false).apply()).rejects.toMatchObject({
      details: {
        stack: "state",
        message: `the state did not arrive at s3://${BUCKET}/atlas/local/state.tfstate; it still lies in ${localState}`,
      },
    });
    expect(existsSync(localState)).toBe(true);
  });

  test("comes back to this machine before its bucket is destroyed", async () => {
    fake.file("moved");
    await deployment([fake.stack("state")], inBucket).destroy();
    expect(fake.calls).toEqual([
      "state init -reconfigure -no-color (bucket)",
      `${MIGRATE} (local)`,
      "state destroy -auto-approve -json (local)",
    ]);
    expect([existsSync(override()), existsSync(localState)]).toEqual([false, false]);
  });

  test("is kept on this machine when the destruction is broken off, which then goes on from there", async () => {
    folder.file("home/local/state.tfstate", "{}");
    fake.on("state", "destroy", "exit 1");
    await expect(deployment([fake.stack("state")], async () => false).destroy()).rejects.toThrow(
      "terraform destroy failed",
    );
    expect(existsSync(localState)).toBe(true);
    fake.on("state", "destroy", "");
    await deployment([fake.stack("state")], async () => false).destroy();
    expect(fake.calls.filter((call) => call.includes("destroy"))).toEqual([
      "state destroy -auto-approve -json (local)",
      "state destroy -auto-approve -json (local)",
    ]);
    expect(existsSync(localState)).toBe(false);
  });

  test.each([
    ["apply", ["state apply -auto-approve -json (bucket)"]],
    ["destroy", [`${MIGRATE} (local)`, "state destroy -auto-approve -json (local)"]],
  ] as const)("is looked for in the bucket by %s after a move out of it that failed", async (verb, calls) => {
    fake.file("moved");
    fake.on("state", "init", `[ "$2" = -reconfigure ] || exit 1`);
    const move = deployment([fake.stack("state")], inBucket).destroy();
    await expect(move).rejects.toThrow("terraform init failed");
    folder.file("home/local/state.tfstate"); // empty: Terraform had begun to lock it
    fake.on("state", "init", "");
    await deployment([fake.stack("state")], inBucket)[verb]();
    expect(fake.calls.slice(2)).toEqual(["state init -reconfigure -no-color (bucket)", ...calls]);
  });

  test("is not asked for where there is none", async () => {
    expect(await deployment([fake.stack("state")], async () => false).destroy()).toEqual({
      state: { add: 0, change: 0, remove: 0 },
    });
    expect(fake.calls).toEqual([]);
  });
});
