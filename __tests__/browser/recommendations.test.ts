import { DashboardSite } from "../support/dashboard-site";

jest.setTimeout(180_000);
const site = new DashboardSite("full");

const VIEWS = [
  { width: 1440, scheme: "light" },
  { width: 375, scheme: "dark" },
] as const;

test.each(VIEWS)("has no error and fits into $width px ($scheme)", async (view) => {
  const page = await site.open("/recommendations", view);
  expect(page.problems).toEqual([]);
  expect(await page.overflow()).toBeLessThanOrEqual(0);
});

test("keeps the head of the table in sight when stories scroll", async () => {
  const page = await site.open("/recommendations");
  const head = page.page.locator("#recommended thead");
  const before = await head.evaluate((part) => part.getBoundingClientRect().top);
  await page.page.locator("#recommended .table").evaluate((box) => box.scrollTo(0, 500));
  await page.until(`document.querySelector("#recommended .table").scrollTop === 500`);
  const cell = page.page.locator("#recommended thead th").first();
  expect(await cell.evaluate((part) => part.getBoundingClientRect().top)).toBeCloseTo(before, 0);
});

test("goes through stories, and to those of one shop, without a new load", async () => {
  const page = await site.open("/recommendations");
  await page.page.evaluate("window.here = true");
  expect((await page.rows("#recommended"))[0]?.[0]).toBe("story-001cdnow");
  await page.page.getByRole("link", { name: "Next stories" }).click();
  await page.arrives("/recommendations?story_shop=cdnow&story=story-026");
  expect((await page.rows("#recommended"))[0]?.[0]).toBe("story-026cdnow");
  await page.page.getByRole("link", { name: "demo", exact: true }).click();
  await page.arrives("/recommendations?shop=demo");
  expect(await page.rows("#recommended")).toEqual([
    ["story-001demo", "1", "product-1", "0.250", ""],
    ["story-002demo", "1", "product-1", "0.250", ""],
    ["story-003demo", "1", "product-1", "0.250", ""],
  ]);
  expect(await page.page.evaluate("window.here")).toBe(true);
  expect(page.problems).toEqual([]);
});

test("leads from a story to its days and events", async () => {
  const page = await site.open("/recommendations?shop=demo");
  await page.page.getByRole("link", { name: "story-002" }).click();
  await page.arrives("/?story_shop=demo&story=story-002");
  expect(await page.text("#story-name")).toContain("story-002");
});
