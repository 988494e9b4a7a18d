import { InterruptedError } from "../../cli/failure";
import { Terraform } from "../../cli/terraform";
import { TestFolder } from "../support/folder";
import { FakeTerraform } from "./fake-terraform";

const folder = new TestFolder();
let fake: FakeTerraform;

beforeEach(() => {
  fake = new FakeTerraform(folder);
});

const apply = (stack: string) => new Terraform(fake.settings, fake.stack(stack)).apply(() => {});

/** Finishes what it is at when it is asked to stop, as Terraform does: not before the file `written` is there. */
const FINISHES = `trap 'log "$stack SIGINT"' INT; : > "$FAKE/$stack.runs"; wait_for written`;

test("asks each Terraform once to stop, however often the user presses Ctrl-C, and waits for its end", async () => {
  for (const stack of ["data", "lake"]) fake.on(stack, "apply", FINISHES);
  const runs = Promise.allSettled([apply("data"), apply("lake")]);
  await Promise.all(["data.runs", "lake.runs"].map((name) => fake.until(name)));
  for (const signal of ["SIGINT", "SIGINT", "SIGTERM"]) fake.signals.emit(signal);
  fake.file("written");
  const stopped = { status: "rejected", reason: new InterruptedError() };
  expect(await runs).toEqual([stopped, stopped]);
  expect(fake.log.filter((line) => /SIGINT|ended/.test(line)).sort()).toEqual([
    "data SIGINT",
    "data apply ended",
    "lake SIGINT",
    "lake apply ended",
  ]);
  expect(fake.said).toEqual([
    "Stopping: Terraform finishes what it is at.",
    "Still waiting for Terraform: killing it would leave a lock on the state.",
    "Still waiting for Terraform: killing it would leave a lock on the state.",
  ]);
  expect(fake.end).not.toHaveBeenCalled();
});

test("starts no Terraform any more", async () => {
  fake.on("data", "apply", FINISHES);
  const run = apply("data");
  await fake.until("data.runs");
  fake.signals.emit("SIGINT");
  fake.file("written");
  await expect(run).rejects.toThrow("stopped; run the same command again to go on");
  await expect(apply("lake")).rejects.toThrow(InterruptedError);
  expect(fake.calls).toEqual(["data apply -auto-approve -json (bucket)"]);
});

test("takes a Terraform that could not be started for ended", async () => {
  const settings = { ...fake.settings, binary: fake.path("missing") };
  await expect(new Terraform(settings, fake.stack("data")).apply(() => {})).rejects.toThrow("ENOENT");
  fake.signals.emit("SIGINT");
  expect(fake.end).toHaveBeenCalledTimes(1);
});

test("ends the command at once while nothing runs", async () => {
  await apply("data");
  fake.signals.emit("SIGTERM");
  expect(fake.end).toHaveBeenCalledTimes(1);
  expect(fake.said).toEqual([]);
  expect(() => fake.settings.interrupt.check()).not.toThrow();
});

describe("a loop", () => {
  test("is asked to stop by the first Ctrl-C, and ended by the second", async () => {
    const { interrupt } = fake.settings;
    await interrupt.looping(async () => {
      expect(interrupt.isAsked).toBe(false);
      fake.signals.emit("SIGINT");
      expect(interrupt.isAsked).toBe(true);
      expect(fake.end).not.toHaveBeenCalled();
      fake.signals.emit("SIGINT");
    });
    expect(fake.end).toHaveBeenCalledTimes(1);
    expect(fake.said).toEqual(["Stopping after what is under way."]);
  });

  test("that has ended leaves Ctrl-C to end the command at once", async () => {
    await fake.settings.interrupt.looping(async () => {});
    fake.signals.emit("SIGINT");
    expect(fake.end).toHaveBeenCalledTimes(1);
  });
});
