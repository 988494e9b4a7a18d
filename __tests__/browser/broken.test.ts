import { DashboardSite } from "../support/dashboard-site";

jest.setTimeout(180_000);
const site = new DashboardSite("broken");

test("shows a store that is down in the place of its figures, and all the others", async () => {
  const page = await site.open("/?story_shop=demo&story=story-1");
  expect(await page.text("#story-days")).toBe("✕ No figures. DynamoDB does not answer: look at its alarms");
  expect(await page.text("#story-events")).toBe(
    "✕ No figures. PostgreSQL does not answer: look at its alarms",
  );
  expect((await page.rows("#funnel")).map((row) => row[1])).toEqual(["120,345", "30,211", "8,127", "3,008"]);
  expect((await page.rows("#stories")).length).toBe(100);
  expect(page.problems).toEqual([]);
});

test("shows it on the page that has nothing else", async () => {
  const page = await site.open("/recommendations");
  expect(await page.text("#recommended-slot")).toContain("PostgreSQL does not answer: look at its alarms");
  expect(page.problems).toEqual([]);
});

test.each([375, 1440])("fits into %d px all the same", async (width) => {
  const page = await site.open("/?story_shop=demo&story=story-1", { width });
  expect(await page.overflow()).toBeLessThanOrEqual(0);
});
