/** What became of the tests of one run. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * The counts in a report of pytest's `--junitxml`; a test that ended with an error has failed. All 0 where there is no report.
 *
 * @see https://docs.pytest.org/en/stable/how-to/output.html#creating-junitxml-format-files
 */
export function countsIn(report: string): TestCounts {
  const suite = /<testsuite\b[^>]*>/.exec(report)?.[0] ?? "";
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  const skipped = count("skipped");
  return { failed, skipped, passed: Math.max(0, count("tests") - failed - skipped) };
}

/** The line by which Jest counts its tests, and CI those of all suites. */
export function testsLine({ passed, failed, skipped }: TestCounts): string {
  const parts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(passed > 0 ? [`${passed} passed`] : []),
    `${failed + skipped + passed} total`,
  ];
  return `Tests:       ${parts.join(", ")}`;
}
