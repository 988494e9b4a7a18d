import { coloursFor } from "../../cli/colours";

const red = "\x1b[31mred\x1b[39m";

test.each([
  ["a terminal", { isTTY: true }, {}, red],
  ["a terminal in CI", { isTTY: true }, { CI: "true" }, red],
  ["a file", {}, {}, "red"],
  ["a file in CI", {}, { CI: "true" }, "red"],
  ["a terminal of a user who wants none", { isTTY: true }, { NO_COLOR: "1" }, "red"],
  ["a terminal without colours", { isTTY: true }, { TERM: "dumb" }, "red"],
])("writes to %s", (_, stream, env, text) => {
  expect(coloursFor(stream, env).red("red")).toBe(text);
});
