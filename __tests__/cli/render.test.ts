import { CommandError } from "../../cli/failure";
import { destroyText, secondsOf, sendText, statusText, upText } from "../../cli/render";
import type { SendResult } from "../../cli/send";
import type { StatusResult } from "../../cli/status";
import type { UpResult } from "../../cli/up";

/** The longest name that an environment may have, as typed for another environment's file. */
const again = (command: string) => `npx groundplan ${command} staging12345 --embedded`;

const others = { views: 3, clicks: 2, addToCarts: 1 };
const shops = [
  { ...others, shopId: "cdnow", currency: "USD", orders: 6919, quantity: 16479, amount: "244091.94" },
  {
    ...others,
    shopId: "a-shop-with-a-longer-name",
    currency: "EUR",
    orders: 12345678,
    quantity: 98765432,
    amount: "9876543210.00",
  },
];

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
  shops,
};

const stands: StatusResult = {
  environment: "staging12345",
  account: "111111111111",
  endpoint: "http://127.0.0.1:24566",
  shops,
  stages: [
    { stage: "structure", waiting: 1234567, inFlight: 2, deadLetters: 0 },
    { stage: "load", waiting: 0, inFlight: 0, deadLetters: 12 },
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

test("up shows the figures and what to do next", () => {
  const text = upText(deployed, (command) => `npx groundplan ${command} local`);
  expect(text).toBe(`
shop                           orders    quantity            amount
cdnow                           6,919      16,479        244,091.94  USD
a-shop-with-a-longer-name  12,345,678  98,765,432  9,876,543,210.00  EUR

Next:
  npx groundplan status local       figures and queues
  npx groundplan send <file> local  your own events (NDJSON)
  npx groundplan down local         stop; data is kept`);
});

test("up says that nothing changed", () => {
  expect(upText({ ...deployed, changed: false }, again)).toContain(
    "Nothing changed: the infrastructure is as the code says.\n",
  );
  expect(upText(deployed, again)).not.toContain("Nothing changed");
});

test("status shows account, endpoint, figures and queues", () => {
  expect(
    statusText({ ...stands, shops: shops.slice(0, 1) }),
  ).toBe(`staging12345: account 111111111111, embedded AWS on http://127.0.0.1:24566

shop   orders  quantity      amount
cdnow   6,919    16,479  244,091.94  USD

stage        waiting  in flight  dead letters
structure  1,234,567          2             0
load               0          0            12`);
});

test("status names no endpoint on the real AWS, and says that there are no orders", () => {
  const { endpoint, ...real } = stands;
  expect(statusText({ ...real, shops: [] })).toMatch(
    /^staging12345: account 111111111111\n\nNo orders yet\.\n\nstage/,
  );
});

test("send says how much arrived, and where the rest is", () => {
  expect(sendText(shipped, again)).toBe(
    "1,001 of 1,003 lines are in the stores. The others, with reasons:\nrejected/0123.ndjson.gz",
  );
  const lines = { in: 3, good: 3, rejected: 0 };
  expect(sendText({ ...shipped, arrived: { key: "k", lines, rejected: null } }, again)).toBe(
    "3 of 3 lines are in the stores.",
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
  const texts = [upText(deployed, again), upText({ ...deployed, changed: false }, again), statusText(stands)];
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
