import { replaceBoth } from "../../bench/dashboard-replacement";
import { endServers } from "../../bench/dashboard-server";
import { dashboardPython } from "../../local/python";
import { TestFolder } from "../support/folder";

/** Installing the dashboard's packages on a busy machine. */
const HOOK_MS = 600_000;
const SMALL = { requests: 250, slow: 8, slowSeconds: 3, requestsPerSecond: 25 };
jest.setTimeout(240_000);

let python = "";
const folder = new TestFolder();
beforeAll(async () => {
  python = await dashboardPython();
}, HOOK_MS);
afterEach(endServers);

test.each([
  ["waits for what is under way", 10],
  ["waits for less than a slow page takes, and the instance ends what it has begun", 1],
])(
  "loses no request when two instances are replaced one after the other behind a balancer that %s",
  async (_what, delaySeconds) => {
    const place = { python, folder: folder.path };
    const { requests, underWay, lost, exitSeconds } = await replaceBoth("ours", place, {
      ...SMALL,
      delaySeconds,
    });
    expect(lost).toEqual({});
    expect(requests).toBeGreaterThanOrEqual(SMALL.requests);
    expect(underWay).toBeGreaterThan(0);
    expect(exitSeconds).toBeLessThanOrEqual(20);
  },
);
