import { dashboardDevPython } from "./python";
import { pythonTests } from "./python-tests";

/** The tests take a minute on a quiet machine. */
const TEST_SECONDS = 900;

const HELP = `Usage: npm run dashboard:test -- [arguments of pytest]

Checks the dashboard's Python: ruff's rules and format, then pytest. The last line counts the tests.

Example:
  $ npm run dashboard:test -- -k health
`;

/** `npm run dashboard:test`. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    process.stdout.write(HELP);
    return 0;
  }
  const python = await dashboardDevPython((text) => console.error(`${text} …`));
  return pythonTests({ folder: "dashboard", python, testSeconds: TEST_SECONDS }, args);
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
