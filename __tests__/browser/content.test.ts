import { DashboardSite } from "../support/dashboard-site";
import { grouped, sampleBy, sampleSales } from "../support/sample-time";

jest.setTimeout(180_000);
const site = new DashboardSite("sample");

test("shows what the sample's file says when its lines are added up", async () => {
  const page = await site.open("/?shop=cdnow");
  const { orders, quantity, amount } = sampleSales();
  expect(await page.figures("#sold")).toEqual({
    Purchases: grouped(orders),
    Items: grouped(quantity),
    "Revenue in USD": `USD ${amount}`,
  });
  const row = ["0", "0", "0", grouped(orders), grouped(quantity), amount];
  expect(await page.rows("#stories")).toEqual([["no story namedcdnow", ...row]]);
  expect(await page.rows("#products")).toEqual([["no product namedcdnow", ...row]]);
  expect(await page.rows("#funnel")).toEqual([
    ["Views", "0", "", "–"],
    ["Clicks", "0", "", "–"],
    ["Carts", "0", "", "–"],
    ["Purchases", grouped(orders), "", "–"],
  ]);
});

test("shows revenue by month as the file has it", async () => {
  const page = await site.open("/?shop=cdnow");
  const months = [...sampleBy((day) => day.slice(0, 7))].sort(([a], [b]) => a.localeCompare(b));
  expect(months).toHaveLength(18);
  expect(await page.rows("#revenue")).toEqual(
    months.map(([month, { amount, orders }]) => [month, amount, grouped(orders)]),
  );
});

test("shows revenue by week over a quarter, weeks beginning on Monday", async () => {
  const page = await site.open("/?shop=cdnow&first=1997-02-01&last=1997-04-30");
  const monday = (day: string) => {
    const date = new Date(`${day}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
    return date.toISOString().slice(0, 10);
  };
  const weeks = sampleBy((day) => (day >= "1997-02-01" && day <= "1997-04-30" ? monday(day) : undefined));
  expect(await page.rows("#revenue")).toEqual(
    [...weeks]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([week, { amount, orders }]) => [`week of ${week}`, amount, grouped(orders)]),
  );
});

test("narrows every figure to the days of the address, both of them in it", async () => {
  const page = await site.open("/?shop=cdnow&first=1997-03-01&last=1997-03-31");
  const { orders, quantity, amount } = sampleSales("1997-03-01", "1997-03-31");
  expect(await page.figures("#sold")).toEqual({
    Purchases: grouped(orders),
    Items: grouped(quantity),
    "Revenue in USD": `USD ${amount}`,
  });
  const days = sampleBy((day) => (day.startsWith("1997-03") ? day : undefined));
  expect(await page.rows("#revenue")).toEqual(
    [...days]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([day, sold]) => [day, sold.amount, grouped(sold.orders)]),
  );
});

test("shows a story's days as DynamoDB has them and its newest events as PostgreSQL has them", async () => {
  const page = await site.open("/?shop=cdnow&story_shop=cdnow&story=");
  const days = [...sampleBy((day) => day)].sort(([a], [b]) => b.localeCompare(a)).slice(0, 100);
  expect(await page.rows("#story-days")).toEqual(
    days.map(([day, { orders, quantity, amount }]) => [
      ...[day, "0", "0", "0", grouped(orders), grouped(quantity)],
      `USD ${amount}`,
    ]),
  );
  const events = await page.rows("#story-events");
  expect(events).toHaveLength(20);
  expect(await page.text("#story-events")).toContain("Its newest 20 events in PostgreSQL, newest first");
  expect(events[0]?.[0]).toBe(`${days[0]?.[0]} 12:00:00 UTC`);
});

test("never adds up two currencies", async () => {
  const page = await site.open("/");
  const figures = await page.figures("#sold");
  expect(Object.keys(figures)).toEqual(["Purchases", "Items", "Revenue in EUR", "Revenue in USD"]);
  const cents = (text = "") => BigInt(text.replace(/\D/g, ""));
  const ofDemo = await (await site.open("/?shop=demo")).figures("#sold");
  expect(figures["Revenue in EUR"]).toBe(ofDemo["Revenue in EUR"]);
  expect(cents(figures["Revenue in USD"])).toBe(
    cents(ofDemo["Revenue in USD"]) + cents(sampleSales().amount),
  );
});
