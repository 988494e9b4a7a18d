import { DashboardSite } from "../support/dashboard-site";

jest.setTimeout(180_000);
const site = new DashboardSite("sample");

const PAGES = [
  ["/", "Content"],
  ["/?shop=demo&story_shop=demo&story=story-01", "Content"],
  ["/pipeline", "Pipeline"],
  ["/recommendations", "Recommendations"],
] as const;
const VIEWS = [
  { width: 1440, scheme: "light" },
  { width: 375, scheme: "light" },
  { width: 375, scheme: "dark" },
] as const;

describe.each(PAGES)("%s", (path, title) => {
  test.each(VIEWS)("has no error, asks nobody else and fits into $width px ($scheme)", async (view) => {
    const page = await site.open(path, view);
    expect(page.problems).toEqual([]);
    expect(await page.overflow()).toBeLessThanOrEqual(0);
  });

  test("has a title, a language, one main heading, and names for all that can be used", async () => {
    const page = await site.open(path);
    expect(await page.page.title()).toBe(`${title} · groundplan`);
    expect(await page.page.getAttribute("html", "lang")).toBe("en");
    expect(await page.page.locator("h1").allInnerTexts()).toEqual([title]);
    const nameless = await page.page
      .locator("a, input, [role='region'], [role='img'], table, summary")
      .evaluateAll((all) =>
        all
          .filter((one) => {
            const label = "labels" in one ? one.labels?.[0]?.textContent : undefined;
            return !(one.getAttribute("aria-label") || one.textContent?.trim() || label);
          })
          .map((one) => one.outerHTML),
      );
    expect(nameless).toEqual([]);
  });
});

test("goes from page to page without a new load, with title, heading and focus", async () => {
  const page = await site.open("/?shop=cdnow");
  await page.page.evaluate("window.here = true");
  await page.page.getByRole("link", { name: "Pipeline" }).click();
  await page.arrives("/pipeline");
  expect(await page.text("h1")).toBe("Pipeline");
  expect(await page.page.title()).toBe("Pipeline · groundplan");
  expect(await page.focused()).toBe("main");
  expect(await page.page.getByRole("link", { name: "Pipeline" }).getAttribute("aria-current")).toBe("page");
  expect(await page.page.evaluate("window.here")).toBe(true);
  await page.page.goBack();
  await page.arrives("/?shop=cdnow");
  expect((await page.figures("#sold")).Purchases).toBe("6,919");
  expect(page.problems).toEqual([]);
});

test.each(["/", "/pipeline", "/recommendations"])("says on %s that the sample is generated", async (path) => {
  const page = await site.open(path);
  expect(await page.text("#about")).toMatch(/^Sample data\..*Shop demo: all of it is generated/);
});

test("says that there is no page at an address", async () => {
  const page = await site.open("/nowhere");
  expect(await page.text("main")).toContain("There is no page at /nowhere.");
  expect(page.problems.filter((problem) => !problem.includes("404"))).toEqual([]);
  expect(page.problems).toContainEqual(expect.stringMatching(/^404 of .*\/nowhere$/));
});

test("draws charts in the colours of the scheme, also when it changes", async () => {
  const page = await site.open("/?shop=cdnow");
  const fill = `document.querySelector("#revenue .bars path").style.fill`;
  const light = await page.page.evaluate(fill);
  await page.page.emulateMedia({ colorScheme: "dark" });
  await page.until(`${fill} !== "${light}"`);
  expect([light, await page.page.evaluate(fill)]).toEqual(["rgb(74, 122, 31)", "rgb(141, 187, 87)"]);
});

test("does not move what is there while figures come", async () => {
  const page = await site.open("/?shop=demo");
  const top = () => page.page.locator("#stories").evaluate((part) => part.getBoundingClientRect().top);
  const before = await top();
  await page.page.getByRole("link", { name: "Last 30 days" }).click();
  await page.page.waitForURL(/first=/);
  expect(await top()).toBe(before);
  await page.settled();
  expect(await top()).toBe(before);
});

test("accounts for every line of the pipeline, and says what needs care in words", async () => {
  const page = await site.open("/pipeline");
  const lines = await page.rows("#lines");
  const number = (text = "") => Number(text.replace(/\D/g, ""));
  const [all, good, rejected] = lines.map((row) => number(row[1]));
  expect(all).toBeGreaterThan(6_919);
  expect((good ?? 0) + (rejected ?? 0)).toBe(all);
  const reasons = (await page.rows("#rejected")).map((row) => number(row[1]));
  expect(reasons.reduce((sum, one) => sum + one, 0)).toBe(rejected);
  expect((await page.rows("#stages")).map((row) => row[0])).toEqual([
    expect.stringMatching(/^structure/),
    expect.stringMatching(/^load-figures/),
    expect.stringMatching(/^load-rows/),
    expect.stringMatching(/^load-lake/),
  ]);
  expect(await page.text("#care")).toMatch(/▲ \d things? needs? care/);
  expect(await page.text("#care")).toMatch(/has set 1 message aside/);
  expect(await page.text("#care")).not.toMatch(/ old: the log/);
  expect(await page.text("#stages")).toContain("▲ 1 set aside");
  expect((await page.figures("#lake"))["Newest partition"]).toBe("2026-03");
});

test("says that there are no recommendations yet, and what makes them", async () => {
  const page = await site.open("/recommendations");
  expect(await page.text("#recommended")).toContain("There are no recommendations yet.");
  expect(await page.text("#recommended")).toContain("A Spark job makes them");
});
