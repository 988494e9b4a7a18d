import { runJob } from "../../../cli/run-job/run-job";
import { FakeContext } from "../fake-context";

let running = true;
jest.mock("../../../local/embedded", () => ({ embeddedStatus: async () => ({ running }) }));

const context = (environment: string) => Object.assign(new FakeContext(), { environment });
const run = (environment: string, job: string, words: string[] = [], options = {}) =>
  runJob(context(environment), job, words, { wait: true, ...options });

test("rejects an unknown job before it looks at anything else", async () => {
  running = false;
  await expect(run("local", "trian")).rejects.toThrow("job must be one of compact-curated,");
  await expect(run("local", "compact_curated")).rejects.toThrow("the embedded AWS of local does not run");
  running = true;
});

test.each([{ wait: false }, { follow: "run-1" }])(
  "rejects %j on an embedded environment",
  async (options) => {
    await expect(run("local", "compact-curated", [], options)).rejects.toMatchObject({
      details: {
        message: "--no-wait and --follow are for AWS: on local a job runs as long as this command does",
        next: "npx groundplan run-job local compact-curated",
      },
    });
  },
);

test("rejects to make a cluster that would only show a job's help", async () => {
  await expect(run("dev", "compact-curated", ["--help"])).rejects.toMatchObject({
    details: { next: "npx groundplan run-job dev compact-curated --embedded -- --help" },
  });
});
