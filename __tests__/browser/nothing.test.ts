import { DashboardSite } from "../support/dashboard-site";

jest.setTimeout(180_000);
const site = new DashboardSite("nothing");

test("says on every page that there is nothing yet, without an error", async () => {
  const content = await site.open("/");
  expect(await content.text("#freshness")).toContain("The lake is empty as of");
  expect(await content.text("#funnel-slot")).toBe("No event yet.");
  expect(await content.text("#sold-slot")).toBe("No purchase yet.");
  expect(await content.text("#story-days")).toBe("No story is chosen.");
  const pipeline = await site.open("/pipeline");
  expect(await pipeline.text("#throughput-slot")).toBe("No file has come through yet.");
  expect(await pipeline.text("#lines-slot")).toBe("No line has come in yet.");
  expect((await pipeline.figures("#lake"))["Newest partition"]).toBe("none yet");
  expect(await content.page.locator("#about").count()).toBe(0);
  const recommendations = await site.open("/recommendations");
  expect(await recommendations.text("#recommended")).toContain("There are no recommendations yet.");
  expect([...content.problems, ...pipeline.problems, ...recommendations.problems]).toEqual([]);
});

test.each([375, 1440])("fits into %d px", async (width) => {
  for (const path of ["/", "/pipeline", "/recommendations"])
    expect(await (await site.open(path, { width })).overflow()).toBeLessThanOrEqual(0);
});
