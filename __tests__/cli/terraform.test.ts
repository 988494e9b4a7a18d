import { CommandError, type FailureDetails } from "../../cli/failure";
import { Terraform } from "../../cli/terraform";
import type { TerraformEvent } from "../../cli/terraform-events";
import { TestFolder } from "../support/folder";
import { FakeTerraform } from "./fake-terraform";

const folder = new TestFolder();
let fake: FakeTerraform;

beforeEach(() => {
  fake = new FakeTerraform(folder);
});

const terraform = (facts = {}) => new Terraform(fake.settings, fake.stack("data", [], facts));
const apply = (facts = {}) => terraform(facts).apply(() => {});

/** The script prints these as lines of `-json`, and fails. */
function failsWith(verb: "apply" | "destroy", ...diagnostics: object[]): void {
  const lines = diagnostics.map((diagnostic) => JSON.stringify({ type: "diagnostic", diagnostic }));
  fake.on("data", verb, `cat "$FAKE/lines"; exit 1`);
  fake.file("lines", `${lines.join("\n")}\n`);
}

async function failureOf(work: Promise<unknown>): Promise<FailureDetails> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CommandError) return error.details;
  throw new Error(`expected a CommandError, got ${error}`);
}

describe("apply and destroy", () => {
  test("hand every event on, and count what was done, not what was planned", async () => {
    fake.on(
      "data",
      "apply",
      `echo 'plain text'; summary plan 3 0 0; echo '{"type":"apply_complete","hook":{"resource":{"addr":"a.b"}}}'; summary apply 2 1 0`,
    );
    const events: TerraformEvent[] = [];
    const changes = await terraform().apply((event) => events.push(event));
    expect(changes).toMatchObject({ add: 2, change: 1, remove: 0 });
    expect(events.map(({ type }) => type)).toEqual(["change_summary", "apply_complete", "change_summary"]);
    expect(fake.calls).toEqual(["data apply -auto-approve -json (bucket)"]);
  });

  test("destroy counts what was destroyed", async () => {
    fake.on("data", "destroy", "summary destroy 0 0 20");
    expect(await terraform().destroy(() => {})).toMatchObject({ remove: 20 });
    expect(fake.calls).toEqual(["data destroy -auto-approve -json (bucket)"]);
  });

  test("changes nothing where Terraform says nothing", async () => {
    expect(await apply()).toEqual({ add: 0, change: 0, remove: 0 });
  });
});

describe("failure", () => {
  test("rejects with stack, path in the code, Terraform's words, and the command to type again", async () => {
    failsWith(
      "apply",
      { severity: "warning", summary: "Deprecated", address: "aws_kms_key.Key" },
      {
        severity: "error",
        summary: "creating S3 Bucket (raw): AccessDenied",
        detail: "line one\nline two",
        address: "aws_s3_bucket.Raw_Resource_1",
      },
      { severity: "error", summary: "waiting for queue", address: "aws_sqs_queue.Work" },
    );
    const paths = new Map([["aws_s3_bucket.Raw_Resource_1", "data/Raw/Resource"]]);
    expect(await failureOf(apply({ paths }))).toEqual({
      stack: "data",
      resource: "data/Raw/Resource",
      message: "terraform apply failed",
      said: "creating S3 Bucket (raw): AccessDenied\nline one\nline two\n\nwaiting for queue",
      next: "npx groundplan up local",
    });
  });

  test("rejects with the address of a resource that the code does not know", async () => {
    failsWith("destroy", { severity: "error", summary: "no", address: "aws_s3_bucket.old" });
    expect(await failureOf(terraform().destroy(() => {}))).toMatchObject({
      resource: "aws_s3_bucket.old",
      message: "terraform destroy failed",
    });
  });

  test("rejects a lock that was left behind, and says how to remove it", async () => {
    const detail = `Error message: operation error S3: PutObject, https response error StatusCode: 412, RequestID: 11d9618e-3fbd, HostID: we24, api error PreconditionFailed: At least one of the pre-conditions you specified did not hold
Lock Info:
  ID:        11111111-2222-3333-4444-555555555555
  Path:      states/atlas/local/data.tfstate.tflock
  Operation: OperationTypeApply
  Who:       me@host
  Version:   1.11.4
  Created:   2026-11-25 00:23:04.663559927 +0000 UTC
  Info:      


Terraform acquires a state lock to protect the state from being written
by multiple users at the same time.`;
    failsWith("apply", { severity: "error", summary: "Error acquiring the state lock", detail });
    expect(await failureOf(apply())).toMatchObject({
      stack: "data",
      message: "the state is locked, perhaps by a run that was killed",
      said: `Error acquiring the state lock\n${detail}`,
      next: `when nothing else runs: terraform -chdir=${fake.path("stacks/data")} force-unlock 11111111-2222-3333-4444-555555555555`,
    });
  });

  test("rejects a lock that stands in the way of init, which speaks plain text", async () => {
    fake.on("data", "init", `cat "$FAKE/text" >&2; exit 1`);
    fake.file(
      "text",
      "\nError: Error acquiring the state lock\n\nError message: no\nLock Info:\n  ID:        1111-2222\n  Path:      p\n",
    );
    expect(await failureOf(terraform().moveState())).toMatchObject({
      next: expect.stringMatching(/ force-unlock 1111-2222$/),
    });
  });

  test("rejects an init that failed with what it said of the error, without what went before", async () => {
    fake.on(
      "data",
      "init",
      "echo 'Initializing the backend...'; printf '\\nError: Failed to query\\n\\nno such host\\n\\n' >&2; exit 1",
    );
    expect(await failureOf(terraform().initialise())).toEqual({
      stack: "data",
      resource: undefined,
      message: "terraform init failed",
      said: "Error: Failed to query\n\nno such host",
      next: "npx groundplan up local",
    });
  });

  test("rejects with all that was said where there is no word of an error", async () => {
    fake.on("data", "init", "echo out; echo err >&2; exit 3");
    expect(await failureOf(terraform().initialise())).toMatchObject({ said: "out\nerr" });
    fake.on("data", "init", "exit 3");
    expect(await failureOf(terraform().initialise())).toMatchObject({ said: undefined });
  });

  test("rejects one that was killed", async () => {
    fake.on("data", "apply", "kill -KILL $$");
    expect(await failureOf(apply())).toMatchObject({ message: "terraform apply failed" });
  });
});

describe("initialise", () => {
  const INIT = "data init -reconfigure -no-color (bucket)";

  test("is skipped while backend and providers stay the same", async () => {
    for (const settings of ["one", "one", "two", "two", "one"]) await terraform({ settings }).initialise();
    expect(fake.calls).toEqual([INIT, INIT, INIT]);
  });

  test("is done again after one that failed", async () => {
    fake.on("data", "init", "exit 1");
    await failureOf(terraform().initialise());
    fake.on("data", "init", "");
    await terraform().initialise();
    expect(fake.calls).toEqual([INIT, INIT]);
  });

  test("is done again after an apply that failed, whose reason may be the folder", async () => {
    await terraform().initialise();
    fake.on("data", "apply", "exit 1");
    await failureOf(apply());
    await terraform().initialise();
    expect(fake.calls).toEqual([INIT, "data apply -auto-approve -json (bucket)", INIT]);
  });

  test("is done again after the state has moved", async () => {
    await terraform().initialise();
    await terraform().moveState();
    await terraform().initialise();
    expect(fake.calls).toEqual([INIT, "data init -migrate-state -force-copy -no-color (bucket)", INIT]);
  });
});
