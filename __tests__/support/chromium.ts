import { type Browser, chromium } from "playwright-core";
import { findExecutable } from "../../local/executable";

const NAMES = ["chromium", "chromium-browser", "google-chrome"] as const;
/** A cold start on a busy machine. */
const START_MS = 60_000;

/**
 * This machine's Chromium: what `CHROMIUM` names, else the first of three names on `PATH`.
 *
 * @throws Error that says what to install
 */
export function chromiumPath(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.CHROMIUM;
  if (named !== undefined && named !== "") {
    const path = findExecutable(named, env);
    if (path !== undefined) return path;
    throw new Error(`CHROMIUM must be a program that may be run, got ${named}`);
  }
  for (const name of NAMES) {
    const path = findExecutable(name, env);
    if (path !== undefined) return path;
  }
  throw new Error(
    `The browser tests need Chromium: install it (Debian: apt-get install chromium), or name it in CHROMIUM; looked for ${NAMES.join(", ")} on PATH`,
  );
}

/** Starts it without a window. As root it has no sandbox: it would not start with one. */
export function launchChromium(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: chromiumPath(), args, timeout: START_MS });
}
