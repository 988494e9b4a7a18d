import { setTimeout as pause } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";

/** On a machine that does other things too. */
const SETTLE_MS = 60_000;

/** Scripts of a page are text here: types of the browser's globals would hold for all of this repository. */
const SETTLED = `
  document.querySelector("main h1") !== null &&
  document.querySelector(".waiting, [data-dash-is-loading='true']") === null &&
  [...document.querySelectorAll(".chart")].every((chart) => chart.querySelector(".main-svg") !== null)`;
const FOCUSED = `(({ id, textContent, value }) => id || textContent || value || "")(document.activeElement)`;
const NEXT_TURN = "new Promise((done) => setTimeout(done, 50))";

export interface View {
  /** Pixels. @default 1440 */
  readonly width?: number;
  /** What the person has chosen for the whole machine. @default light */
  readonly scheme?: "light" | "dark";
}

/** A page of the dashboard in a browser that keeps what goes wrong. */
export class BrowserPage {
  /** What the console complained about, requests to elsewhere, and answers that are errors. */
  readonly problems: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
    private readonly origin: string,
  ) {
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.problems.push(message.text());
    });
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`) && !url.startsWith("data:")) this.problems.push(`asks ${url}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) this.problems.push(`${response.status()} of ${response.url()}`);
    });
  }

  static async open(browser: Browser, origin: string, path: string, view: View = {}): Promise<BrowserPage> {
    const { width = 1440, scheme = "light" } = view;
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
    context.setDefaultTimeout(SETTLE_MS);
    const opened = new BrowserPage(context, await context.newPage(), origin);
    await opened.page.goto(origin + path);
    await opened.settled();
    return opened;
  }

  close(): Promise<void> {
    return this.context.close();
  }

  /** Waits until nothing on the page is still read, and charts are drawn. */
  async settled(): Promise<void> {
    await this.until(SETTLED);
  }

  /** Waits until an expression is true, asking from outside: inside, the page's own policy forbids `eval`. */
  async until(expression: string): Promise<void> {
    const deadline = Date.now() + SETTLE_MS;
    while (!(await this.page.evaluate<boolean>(expression))) {
      if (Date.now() > deadline)
        throw new Error(`${this.address} must come to ${expression} within ${SETTLE_MS} ms`);
      await pause(50);
    }
  }

  /** Path and query of the address. */
  get address(): string {
    return this.page.url().slice(this.origin.length);
  }

  /** Waits until the address is this one, and what it stands for is there. */
  async arrives(address: string): Promise<void> {
    await this.page.waitForURL(this.origin + address);
    // What the new address asks for is asked in the next turn of the browser.
    await this.page.evaluate(NEXT_TURN);
    await this.settled();
  }

  /** What a person reads there. */
  async text(selector: string): Promise<string> {
    return (await this.page.locator(selector).allInnerTexts()).join("\n");
  }

  /** Figures by their name, as a list of figures has them. */
  async figures(selector: string): Promise<Record<string, string>> {
    const pairs = await this.page
      .locator(`${selector} .figure`)
      .evaluateAll((all) => all.map((one) => [...one.children].map((child) => child.textContent ?? "")));
    return Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, value]));
  }

  /** The cells of a table's body, also of one that is folded up. */
  rows(selector: string): Promise<string[][]> {
    return this.page
      .locator(`${selector} tbody tr`)
      .evaluateAll((rows) =>
        rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? "").trim())),
      );
  }

  /** What has the focus: its id, else its text, else its value. */
  focused(): Promise<string> {
    return this.page.evaluate<string>(FOCUSED);
  }

  /** Pixels by which the page is wider than the screen. */
  overflow(): Promise<number> {
    return this.page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
  }
}
