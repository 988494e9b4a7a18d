import { exitOf } from "../../bench/dashboard-exit";
import { load } from "../../bench/dashboard-load";
import { DashboardServer, endServers, type ServerName } from "../../bench/dashboard-server";
import { silenceOf } from "../../bench/dashboard-silence";
import { dashboardPython } from "../../local/python";
import { TestFolder } from "../support/folder";

/** Installing the dashboard's packages on a busy machine. */
const HOOK_MS = 600_000;
const CONNECTIONS = 100;
/** `idleSeconds` is what a balancer gives idle connections; a minute on AWS. */
const SMALL = { seconds: 3, checks: 20, connections: CONNECTIONS, idleSeconds: 6 };
jest.setTimeout(180_000);

let python = "";
const folder = new TestFolder();
beforeAll(async () => {
  python = await dashboardPython();
}, HOOK_MS);
afterEach(endServers);

const start = (name: ServerName) => DashboardServer.start(name, { python, folder: folder.path });

describe.each(["blocking", "sync"] as const)(
  "a server that holds a connection while it waits (%s)",
  (name) => {
    test("is silent until the balancer closes idle connections", async () => {
      const { seconds } = await silenceOf(await start(name), SMALL);
      expect(seconds).toBeGreaterThanOrEqual(SMALL.idleSeconds - 0.5);
    });

    test("answers nobody while requests are half-sent", async () => {
      const { healthy, requestsPerSecond } = await load(await start(name), "half-sent", SMALL);
      expect({ healthy, requestsPerSecond }).toEqual({ healthy: 0, requestsPerSecond: 0 });
    });
  },
);

describe("our server", () => {
  test("is not silent while idle connections are held, and leaves it to the balancer to close them", async () => {
    const { seconds, closed } = await silenceOf(await start("ours"), SMALL);
    expect(seconds).toBeLessThan(2);
    expect(closed).toBe(0);
  });

  test.each(["idle", "half-sent"] as const)(
    "answers every health check and every page while %s connections are held",
    async (held) => {
      const { checks, healthy, milliseconds } = await load(await start("ours"), held, SMALL);
      expect([healthy, milliseconds.filter((each) => !Number.isFinite(each))]).toEqual([checks, []]);
    },
  );

  test("ends within 20 seconds of SIGTERM, with the slow request under way answered, whatever is held", async () => {
    const { seconds, isAnswered } = await exitOf(await start("ours"), CONNECTIONS, 4);
    expect(isAnswered).toBe(true);
    expect(seconds).toBeLessThanOrEqual(20);
  });
});
