import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { gunicornCommand } from "../../local/gunicorn";
import { freePort } from "../../local/port";
import { signalGroup } from "../../local/process-identity";
import { dashboardPython } from "../../local/python";
import { BrowserPage, type View } from "./browser-page";
import { launchChromium } from "./chromium";
import { TestFolder } from "./folder";

/** Installing the dashboard's packages, and starting it on a busy machine. */
const HOOK_MS = 600_000;
const START_SECONDS = 120;
const LOG_LINES = 30;

/** What is served: the dashboard with its sample, or its pages over sources of `dashboard/tests/pages_app.py`. */
export type Site = "sample" | "full" | "nothing" | "broken";

/** The dashboard under gunicorn and a browser, for one test file. */
export class DashboardSite {
  private readonly folder: TestFolder;
  private readonly pages: BrowserPage[] = [];
  private browser: Browser | undefined;
  private origin = "";
  private pid: number | undefined;

  constructor(private readonly site: Site) {
    beforeAll(async () => {
      await this.serve();
      this.browser = await launchChromium();
    }, HOOK_MS);
    afterEach(async () => {
      for (const page of this.pages.splice(0)) await page.close();
    });
    afterAll(async () => {
      await this.browser?.close();
      if (this.pid !== undefined) signalGroup(this.pid, "SIGKILL");
    });
    // After that: it is removed by a hook of its own.
    this.folder = new TestFolder();
  }

  /** Opens an address and waits until all of it is there. */
  async open(path: string, view?: View): Promise<BrowserPage> {
    if (this.browser === undefined) throw new Error("the browser has not started");
    const page = await BrowserPage.open(this.browser, this.origin, path, view);
    this.pages.push(page);
    return page;
  }

  private async serve(): Promise<void> {
    const python = await dashboardPython();
    const port = await freePort("the dashboard of a browser test");
    this.origin = `http://127.0.0.1:${port}`;
    const variables = { DATA: "sample" };
    const command = gunicornCommand({ python, port, folder: this.folder.path, variables });
    mkdirSync(join(this.folder.path, "scratch"), { recursive: true });
    const path = join(this.folder.path, "log");
    const log = openSync(path, "w");
    const app = this.site === "sample" ? "app.wsgi:application" : `tests.pages_app:${this.site}`;
    const options = { cwd: command.cwd, env: command.env, detached: true } as const;
    const child = spawn(command.path, [...command.args.slice(0, -1), app], {
      ...options,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.pid = child.pid;
    const deadline = Date.now() + START_SECONDS * 1000;
    while (!(await this.isReady())) {
      if (child.exitCode === null && child.signalCode === null && Date.now() < deadline) await pause(100);
      else throw new Error(`the dashboard did not start:\n${lastLines(path)}`);
    }
  }

  /** Pages over sources of a test have no health of their own. */
  private async isReady(): Promise<boolean> {
    const path = this.site === "sample" ? "/health/ready" : "/";
    try {
      return (await fetch(this.origin + path)).ok;
    } catch {
      return false;
    }
  }
}

const lastLines = (path: string) => readFileSync(path, "utf8").split("\n").slice(-LOG_LINES).join("\n");
