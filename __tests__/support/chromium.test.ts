import { chromiumPath } from "./chromium";
import { TestFolder } from "./folder";

const folder = new TestFolder();

test("takes the Chromium that the environment names before any other", () => {
  const named = folder.script("mine/browser", "");
  folder.script("bin/chromium", "");
  expect(chromiumPath({ CHROMIUM: named, PATH: `${folder.path}/bin` })).toBe(named);
});

test("finds Chromium under its other names", () => {
  const path = folder.script("other/google-chrome", "");
  expect(chromiumPath({ PATH: `${folder.path}/other` })).toBe(path);
});

test("rejects a named Chromium that is not there", () => {
  expect(() => chromiumPath({ CHROMIUM: "/nowhere/chromium", PATH: "" })).toThrow(
    "CHROMIUM must be a program that may be run, got /nowhere/chromium",
  );
});

test("rejects a machine without Chromium and says what to install", () => {
  expect(() => chromiumPath({ PATH: folder.path })).toThrow(
    "The browser tests need Chromium: install it (Debian: apt-get install chromium), or name it in CHROMIUM",
  );
});
