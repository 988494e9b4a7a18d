import { CommandError } from "../../cli/failure";
import { destroyText, secondsOf, sendText, statusText, upText } from "../../cli/render";
import type { SendResult } from "../../cli/send";
import type { StatusResult, StoresStatus } from "../../cli/status";
import { compared } from "../../cli/stores/compare";
import type { UpResult } from "../../cli/up";
import type { ShopTotal } from "../../lambdas/shared/figures";

/** The longest name that an environment may have, as typed for another environment's file. */
const again = (command: string) => `npx groundplan ${command} staging12345 --embedded`;

const others = { views: 3, clicks: 2, addToCarts: 1 };
const cdnow = {
  ...others,
  ...{ shopId: "cdnow", currency: "USD", orders: 6919, quantity: 16479, amount: "244091.94" },
};
const longest = {
  ...others,
  shopId: "a-shop-with-a-longer-name-than-most-shops-have-but-still-a-name",
  ...{ currency: "EUR", orders: 12345678, quantity: 98765432, amount: "9876543210.00" },
};

/** What three stores hold. */
function holding(figures: readonly ShopTotal[], rows = figures, lake = figures): StoresStatus {
  const stores = { figures: { totals: figures }, rows: { totals: rows }, lake: { totals: lake } };
  return { stores, ...compared(stores) };
}

const deployed: UpResult = {
  environment: "staging12345",
  endpoint: "http://127.0.0.1:24566",
  changed: true,
  stacks: { state: { add: 9, change: 0, remove: 0 } },
  sample: {
    key: "events/0123456789ab/sample.ndjson",
    lines: { in: 6919, good: 6919, rejected: 0 },
    rejected: null,
  },
  ...holding([cdnow, longest]),
};

const stands: StatusResult = {
  environment: "staging12345",
  account: "111111111111",
  endpoint: "http://127.0.0.1:24566",
  ...holding([cdnow]),
  stages: [
    { stage: "structure", waiting: 1234567, inFlight: 2, deadLetters: 0 },
    { stage: "load-figures", waiting: 0, inFlight: 0, deadLetters: 12 },
    { stage: "load-rows", missing: "atlas-dev-load-rows" },
    { stage: "load-lake", waiting: 0, inFlight: 0, deadLetters: 0 },
  ],
};

const shipped: SendResult = {
  environment: "local",
  sent: { bucket: "raw", key: "events/0123456789ab/orders.ndjson", etag: "0" },
  arrived: {
    key: "events/0123456789ab/orders.ndjson",
    lines: { in: 1003, good: 1001, rejected: 2 },
    rejected: "rejected/0123.ndjson.gz",
  },
};

process.env.NO_COLOR = "1";

test("up shows what the stores hold, that they agree, and what to do next", () => {
  const text = upText({ ...deployed, ...holding([cdnow]) }, (command) => `npx groundplan ${command} local`);
  expect(text).toBe(`
shop   in          orders  quantity      amount
cdnow  all stores   6,919    16,479  244,091.94  USD

All three stores agree.

Next:
  npx groundplan status local       stores and queues
  npx groundplan send <file> local  your own events (NDJSON)
  npx groundplan down local         stop; data is kept`);
});

test("up shows what to put beside stories, and how much better that is than what is popular", () => {
  const story = (contentId: string, ...products: string[]) => ({ contentId, products });
  const stories = [story("late-night-jazz-1", "jazz-a", "jazz-b", "jazz-c"), story("opera-2", "opera-a")];
  const none = { recall: null, coverage: null };
  const trained = {
    ...{ rows: 4, k: 5 },
    als: { precision: 0.27931, ...none },
    popularity: { precision: null, ...none },
  };
  const visits = { key: "events/visits", lines: { in: 1, good: 1, rejected: 0 }, rejected: null };
  const shown = (recommended: UpResult["recommended"]) =>
    upText({ ...deployed, ...(recommended && { recommended }) }, again);
  const text = shown({ visits, trained, stories });
  expect(text).toContain(`
story              show beside it
late-night-jazz-1  jazz-a, jazz-b, …
opera-2            opera-a, …

precision@5 on later days: 0.279, by popularity unknown
`);
  expect(shown({ visits, stories })).toContain("opera-2");
  expect(shown({ visits, stories })).not.toContain("precision");
  expect(shown(undefined)).not.toContain("story");
});

test("up says that nothing changed", () => {
  expect(upText({ ...deployed, changed: false }, again)).toContain(
    "Nothing changed: the infrastructure is as the code says.\n",
  );
  expect(upText(deployed, again)).not.toContain("Nothing changed");
});

test("status shows account, endpoint, stores and queues", () => {
  expect(
    statusText(stands, again),
  ).toBe(`staging12345: account 111111111111, embedded AWS on http://127.0.0.1:24566

shop   in          orders  quantity      amount
cdnow  all stores   6,919    16,479  244,091.94  USD

All three stores agree.

stage           waiting  in flight  dead letters
structure     1,234,567          2             0
load-figures          0          0            12
load-rows             -          -             -
load-lake             0          0             0

Not deployed: atlas-dev-load-rows

npx groundplan dead-letters staging12345 --embedded says why.`);
});

test("up and status say where the dashboard is, and status that it does not run", () => {
  const address = "http://127.0.0.1:24569";
  expect(upText({ ...deployed, dashboard: { address, started: true } }, again)).toContain(
    `\n\nDashboard: ${address}\n\nNext:`,
  );
  expect(statusText({ ...stands, dashboard: { running: true, address } }, again)).toContain(
    `\n\nDashboard: ${address}\n\n`,
  );
  expect(statusText({ ...stands, dashboard: { running: false, address } }, again)).toContain(
    "\n\nThe dashboard does not run: npx groundplan up staging12345 --embedded starts it.\n\n",
  );
});

test("status names no endpoint on the real AWS, and says that there are no events", () => {
  const { endpoint, ...real } = stands;
  expect(statusText({ ...real, ...holding([]) }, again)).toMatch(
    /^staging12345: account 111111111111\n\nNo events yet\.\n\nstage/,
  );
});

test("status says that messages are on their way where the stores differ", () => {
  const text = statusText({ ...stands, ...holding([cdnow], []) }, again);
  expect(text).toContain("\nMessages are on their way: they may agree in a moment.\n");
  expect(text).not.toContain("agree.");
});

test("send says how much arrived, and where the rest is", () => {
  expect(sendText(shipped, again)).toBe(
    "1,001 of 1,003 lines are in all stores. The others, with reasons:\nrejected/0123.ndjson.gz",
  );
  const lines = { in: 3, good: 3, rejected: 0 };
  expect(sendText({ ...shipped, arrived: { key: "k", lines, rejected: null } }, again)).toBe(
    "3 of 3 lines are in all stores.",
  );
});

test("send without waiting says how to look", () => {
  const { environment, sent } = shipped;
  expect(sendText({ environment, sent }, again)).toBe(
    "Sent as events/0123456789ab/orders.ndjson\nnpx groundplan status staging12345 --embedded shows when it has arrived.",
  );
});

test("destroy says whether there was anything", () => {
  const stacks = (remove: number) => ({
    environment: "local",
    stacks: { state: { add: 0, change: 0, remove } },
  });
  expect(destroyText(stacks(9))).toBe("All stacks of local are destroyed.");
  expect(destroyText(stacks(0))).toBe("local had nothing to destroy.");
});

test("fits a terminal of 80 columns, but for paths", () => {
  const texts = [
    upText(deployed, again),
    upText({ ...deployed, changed: false }, again),
    statusText({ ...stands, ...holding([cdnow, longest]) }, again),
  ];
  for (const line of texts.join("\n").split("\n")) expect(line).toHaveLength(Math.min(line.length, 80));
});

test.each([
  ["1", 1],
  ["120", 120],
  ["86400", 86_400],
])("takes %s seconds", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test.each(["0", "-1", "1.5", "86401", "soon", "", "1e99"])("rejects %j as a time to wait", (text) => {
  expect(() => secondsOf(text)).toThrow(
    new CommandError({ message: `--timeout must be 1 to 86400 seconds, got ${text === "" ? '""' : text}` }),
  );
});
