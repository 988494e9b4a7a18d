import { InterruptedError } from "../../cli/failure";
import { Progress, type StepReporter } from "../../cli/progress";

jest.useFakeTimers();

const ESC = "\x1b";
const UP = new RegExp(`^${ESC}\\[(\\d+)A`);
/** Up some lines, and all from there erased. */
const JUMP = new RegExp(`(${ESC}\\[\\d+A${ESC}\\[0J)`);

class FakeStream {
  text = "";

  constructor(
    readonly isTTY: boolean,
    readonly columns = 80,
  ) {}

  write(text: string): boolean {
    this.text += text;
    return true;
  }

  /** What a terminal shows in the end: lines, after every jump up and erasure. */
  get screen(): string[] {
    const lines: string[] = [];
    for (const part of this.text.split(JUMP)) {
      const up = UP.exec(part)?.[1];
      if (up === undefined) lines.push(...part.split("\n").slice(0, -1));
      else lines.splice(-Number(up));
    }
    return lines;
  }
}

const kept = { CI: process.env.CI, NO_COLOR: process.env.NO_COLOR };

beforeEach(() => {
  delete process.env.CI;
  process.env.NO_COLOR = "1";
});

afterAll(() => {
  for (const [name, value] of Object.entries(kept)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const on = (out: FakeStream) => new Progress(out as unknown as NodeJS.WriteStream);

/** A step that stands still until it is told to end. */
function open(progress: Progress, label: string) {
  let reporter: StepReporter = { update: () => {} };
  let end: (said: string) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const ended = progress.step(label, (step) => {
    reporter = step;
    return new Promise<readonly [undefined, string]>((resolve, reject) => {
      end = (said) => resolve([undefined, said]);
      fail = reject;
    });
  });
  return {
    update: (text: string) => reporter.update(text),
    end: (said: string) => {
      end(said);
      return ended;
    },
    fail: (error: Error) => {
      fail(error);
      return ended;
    },
  };
}

describe("without a terminal", () => {
  test("prints a plain line for each thing that is new", async () => {
    const out = new FakeStream(false);
    const step = open(on(out), "data");
    for (const text of ["planning", "planning", "20 to be added"]) step.update(text);
    jest.advanceTimersByTime(61_000);
    await step.end("20 added");
    expect(out.text).toBe(
      "  data          planning\n  data          20 to be added\n✓ data          20 added (61.0 s)\n",
    );
  });

  test("writes no escape code, also in CI that claims a terminal", async () => {
    process.env.CI = "true";
    const out = new FakeStream(true);
    const step = open(on(out), "data");
    step.update("planning");
    await step.end("done");
    expect(out.text).not.toContain(ESC);
  });

  test("marks a step that failed, and hands its error on", async () => {
    const out = new FakeStream(false);
    const step = open(on(out), "data");
    await expect(step.fail(new Error("no"))).rejects.toThrow("no");
    expect(out.text).toBe("✗ data          failed (0.0 s)\n");
  });

  test("tells a step that the user stopped from one that failed", async () => {
    const out = new FakeStream(false);
    await expect(open(on(out), "data").fail(new InterruptedError())).rejects.toThrow(InterruptedError);
    expect(out.text).toBe("✗ data          stopped (0.0 s)\n");
  });
});

describe("on a terminal", () => {
  test("changes the lines of running steps in place, and keeps those that ended above them", async () => {
    const out = new FakeStream(true);
    const progress = on(out);
    const [data, lake] = [open(progress, "data"), open(progress, "lake")];
    data.update("planning");
    lake.update("planning");
    jest.advanceTimersByTime(2_000);
    data.update("3/20 data/Raw/Resource");
    jest.advanceTimersByTime(100);
    expect(out.screen).toEqual([
      expect.stringMatching(/^. data {10}2 s {2}3\/20 data\/Raw\/Resource$/),
      expect.stringMatching(/^. lake {10}2 s {2}planning$/),
    ]);
    await data.end("20 added");
    progress.say("Hello");
    jest.advanceTimersByTime(100);
    expect(out.screen).toEqual([
      "✓ data          20 added (2.1 s)",
      "Hello",
      expect.stringMatching(/^. lake {10}2 s {2}planning$/),
    ]);
    await lake.end("no changes");
    expect(out.screen.slice(2)).toEqual(["✓ lake          no changes (2.2 s)"]);
  });

  test("cuts a line at the terminal's width", () => {
    const out = new FakeStream(true, 40);
    open(on(out), "data").update("x".repeat(200));
    jest.advanceTimersByTime(300);
    expect(out.screen).toHaveLength(1);
    expect(out.screen[0]).toHaveLength(39);
  });

  test("draws nothing once all steps have ended", async () => {
    const out = new FakeStream(true);
    await open(on(out), "data").end("done");
    const { text } = out;
    jest.advanceTimersByTime(10_000);
    expect(out.text).toBe(text);
  });
});
