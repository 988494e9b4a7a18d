import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { loopback } from "../config/home";
import { READY_PATH } from "./dashboard";
import { healthAt } from "./emulator";
import { Foreground } from "./foreground";
import { gunicornCommand } from "./gunicorn";
import { isFree } from "./port";
import { dashboardPython } from "./python";
import { SAMPLE_FILE } from "./sample";

const DEFAULT_PORT = 8050;
const INTERRUPTED = 130;
const ASK_MS = 200;

/** The dashboard could not be started by itself. */
class DashboardError extends Error {
  override readonly name = "DashboardError";
}

const program = new Command("dashboard")
  .usage("[options]")
  .description("Shows the dashboard with sample data, without AWS, until you press Ctrl-C.")
  .option("--port <port>", "where to listen on this machine", portOf, DEFAULT_PORT)
  .addHelpText("after", "\nExample:\n  $ npm run dashboard -- --port 9000")
  .exitOverride()
  .action(async ({ port }: { readonly port: number }) => {
    process.exitCode = await show(port);
  });

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode;
});

/** Runs until it ends or the user ends it. @returns the exit code */
async function show(port: number): Promise<number> {
  if (!(await isFree(port))) {
    const next = port === DEFAULT_PORT ? port + 1 : DEFAULT_PORT;
    throw new DashboardError(
      `port ${port} is taken by another process: end that process, or choose another port, as npm run dashboard -- --port ${next}`,
    );
  }
  const python = await dashboardPython((text) => console.error(`${text} …`));
  const folder = mkdtempSync(join(tmpdir(), "groundplan-dashboard-"));
  try {
    const variables = { DATA: "sample", SAMPLE_FILE: resolve(SAMPLE_FILE) };
    const foreground = new Foreground(gunicornCommand({ python, port, folder, variables }));
    console.error("starting with sample data …");
    const over = new AbortController();
    sayWhenReady(port, over.signal);
    const ending = await foreground.ended.finally(() => over.abort());
    return typeof ending === "object" ? ending.code : INTERRUPTED;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the address once it answers. */
async function sayWhenReady(port: number, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    if ((await healthAt(port, READY_PATH)) !== undefined) {
      process.stdout.write(`${loopback(port)}\n`);
      console.error("Ctrl-C ends it.");
      return;
    }
    await pause(ASK_MS);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1024 && port <= 65_535) return port;
  throw new InvalidArgumentError(`must be a whole number of 1024 to 65535, got ${text || '""'}.`);
}
