import { countsIn, testsLine } from "../../local/test-counts";

const report = (counts: string) =>
  `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" ${counts} time="0.1"><testcase classname="tests.a" name="b" errors="9"/></testsuite></testsuites>`;

test.each([
  ['errors="0" failures="0" skipped="0" tests="12"', "Tests:       12 passed, 12 total"],
  ['errors="1" failures="2" skipped="3" tests="12"', "Tests:       3 failed, 3 skipped, 6 passed, 12 total"],
  ['errors="1" failures="0" skipped="0" tests="1"', "Tests:       1 failed, 1 total"],
])("counts a run with %s as Jest does", (counts, line) => {
  expect(testsLine(countsIn(report(counts)))).toBe(line);
});

test("counts nothing where there is no report", () => {
  expect(testsLine(countsIn(""))).toBe("Tests:       0 total");
});
