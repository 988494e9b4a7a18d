import { DashboardSite } from "../support/dashboard-site";

jest.setTimeout(180_000);
const site = new DashboardSite("sample");

const shop = (name: string) => `#shops input[value='${name}']`;

test("writes a chosen shop into the address, and the back button takes it back", async () => {
  const page = await site.open("/");
  const all = await page.figures("#sold");
  await page.page.check(shop("cdnow"));
  await page.arrives("/?shop=cdnow");
  expect((await page.figures("#sold")).Purchases).toBe("6,919");
  await page.page.goBack();
  await page.arrives("/");
  expect(await page.figures("#sold")).toEqual(all);
  expect(await page.page.isChecked(shop("cdnow"))).toBe(false);
  await page.page.goForward();
  await page.arrives("/?shop=cdnow");
  expect(await page.page.isChecked(shop("cdnow"))).toBe(true);
});

test("keeps both of two shops that are chosen quickly", async () => {
  const page = await site.open("/");
  await page.page.check(shop("cdnow"));
  await page.page.check(shop("demo"));
  await page.arrives("/?shop=cdnow&shop=demo");
  expect([await page.page.isChecked(shop("cdnow")), await page.page.isChecked(shop("demo"))]).toEqual([
    true,
    true,
  ]);
});

test("shows what a sent address is narrowed to", async () => {
  const page = await site.open("/?shop=cdnow&first=1997-03-01&last=1997-03-31");
  expect(await page.page.isChecked(shop("cdnow"))).toBe(true);
  expect(await page.page.isChecked(shop("demo"))).toBe(false);
  expect(await page.page.inputValue("#dates")).toBe("1997-03-01");
  expect(await page.page.inputValue("#dates-end-date")).toBe("1997-03-31");
});

test("offers the newest days, counted from the newest event", async () => {
  const page = await site.open("/?shop=demo");
  await page.page.getByRole("link", { name: "Last 30 days" }).click();
  await page.arrives("/?shop=demo&first=2026-03-02&last=2026-03-31");
  expect(await page.page.inputValue("#dates")).toBe("2026-03-02");
});

test("is worked by keyboard alone", async () => {
  const page = await site.open("/");
  const { keyboard } = page.page;
  const seen: string[] = [];
  const tabTo = async (wanted: string) => {
    for (let tabs = 0; tabs < 20 && seen.at(-1) !== wanted; tabs++) {
      await keyboard.press("Tab");
      seen.push(await page.focused());
    }
  };
  await tabTo("cdnow");
  expect(seen).toEqual([
    "Skip to the figures",
    "groundplan",
    "Content",
    "Pipeline",
    "Recommendations",
    "cdnow",
  ]);
  await keyboard.press("Space");
  await page.arrives("/?shop=cdnow");
  expect(await page.focused()).toBe("cdnow");
  await tabTo("dates");
  await keyboard.type("1997-03-01");
  await keyboard.press("Tab");
  await page.arrives("/?shop=cdnow&first=1997-03-01");
  expect(await page.focused()).toBe("dates-end-date");
  await keyboard.type("1997-03-31");
  await keyboard.press("Tab");
  await page.arrives("/?shop=cdnow&first=1997-03-01&last=1997-03-31");
  expect(page.problems).toEqual([]);
});

test("shows where the focus is, first of all on a link past the navigation", async () => {
  const page = await site.open("/");
  await page.page.keyboard.press("Tab");
  expect(await page.focused()).toBe("Skip to the figures");
  const shown = `(({ outlineStyle, outlineWidth }, { top }) => ({ outlineStyle, outlineWidth, onScreen: top >= 0 }))(
    getComputedStyle(document.activeElement), document.activeElement.getBoundingClientRect())`;
  expect(await page.page.evaluate(shown)).toEqual({
    outlineStyle: "solid",
    outlineWidth: "3px",
    onScreen: true,
  });
  await page.page.keyboard.press("Enter");
  expect(await page.focused()).toBe("main");
});

test("sorts a table by the head of a column, and the other way the second time", async () => {
  const page = await site.open("/?shop=demo");
  const clicks = () => page.page.locator("#stories th", { hasText: "Clicks" });
  const values = async () => (await page.rows("#stories")).map((row) => Number(row[2]?.replace(",", "")));
  await clicks().getByRole("link").press("Enter");
  await page.arrives("/?shop=demo&stories=clicks");
  expect(await clicks().getAttribute("aria-sort")).toBe("descending");
  expect(await values()).toEqual((await values()).sort((a, b) => b - a));
  expect(await page.focused()).toBe("sort-stories-clicks");
  await page.page.keyboard.press("Enter");
  await page.arrives("/?shop=demo&stories=clicks.up");
  expect(await clicks().getAttribute("aria-sort")).toBe("ascending");
  expect(await values()).toEqual((await values()).sort((a, b) => a - b));
});

test("shows a story that is chosen, and moves the focus to it", async () => {
  const page = await site.open("/?shop=demo");
  await page.page.getByRole("link", { name: "story-02" }).press("Enter");
  await page.arrives("/?shop=demo&story_shop=demo&story=story-02");
  await page.until("document.activeElement.id === 'story-name'");
  expect(await page.text("#story-name")).toContain("story-02");
  expect((await page.rows("#story-days")).length).toBeGreaterThan(50);
  expect((await page.rows("#story-events")).length).toBe(20);
});

test("leaves a table where it was scrolled to when a story is chosen", async () => {
  const page = await site.open("/?shop=demo");
  const row = page.page.getByRole("link", { name: "story-20" });
  await row.scrollIntoViewIfNeeded();
  const scrolled = `document.querySelector("#stories .table").scrollTop`;
  const before = await page.page.evaluate<number>(scrolled);
  await row.click();
  await page.arrives("/?shop=demo&story_shop=demo&story=story-20");
  expect(before).toBeGreaterThan(0);
  await page.until(`${scrolled} === ${before}`);
});

test("says which part of an address it cannot read, and leaves the address alone", async () => {
  const page = await site.open("/?shop=cdnow&first=soon");
  expect(await page.text("#freshness")).toContain("first must be a day such as 2026-03-04, got 'soon'");
  expect(page.address).toBe("/?shop=cdnow&first=soon");
  expect((await page.figures("#sold")).Purchases).toBe("6,919");
});

test("says that nothing is there of what was asked for, with the way back", async () => {
  const page = await site.open("/?shop=nobody");
  expect(await page.text("#funnel-slot")).toContain("No event of shop nobody.");
  await page.page.locator("#funnel-slot").getByRole("link", { name: "Show everything" }).click();
  await page.arrives("/");
  expect((await page.rows("#funnel")).length).toBe(4);
});
