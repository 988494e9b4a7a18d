import { Agent, request } from "node:http";

/** Within which a health check must be answered. */
export const HEALTH_SECONDS = 1;
export const HEALTH_PATH = "/health/ready";

/** GET without a body, POST with one. */
export interface PageRequest {
  readonly path: string;
  /** JSON. */
  readonly body?: string;
}

/** How one request ended. */
export interface Answer {
  /** What it came to: `200`, or why there was no answer. */
  readonly outcome: string;
  readonly milliseconds: number;
}

/** Asks a server of this machine and reads all of its answer; never rejects. Without `agent` on a connection of its own. */
export function ask(port: number, asked: PageRequest, seconds: number, agent?: Agent): Promise<Answer> {
  const start = performance.now();
  return new Promise((done) => {
    const end = (outcome: string): void => {
      clearTimeout(timer);
      done({ outcome, milliseconds: performance.now() - start });
    };
    const { path, body } = asked;
    const headers =
      body === undefined
        ? {}
        : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    const method = body === undefined ? "GET" : "POST";
    const options = { host: "127.0.0.1", port, path, method, headers, agent: agent ?? false };
    const outgoing = request(options, (response) => {
      response.once("end", () => end(String(response.statusCode)));
      response.once("error", ({ message }) => end(message));
      response.resume();
    });
    outgoing.once("error", ({ message }) => end(message));
    outgoing.end(body);
    const timer = setTimeout(() => {
      end(`no answer within ${seconds} s`);
      outgoing.destroy();
    }, seconds * 1000);
  });
}

/** Whether a health check is answered in time; each is a connection of its own, as a balancer's is. */
export async function checkHealth(port: number): Promise<boolean> {
  return (await ask(port, { path: HEALTH_PATH }, HEALTH_SECONDS)).outcome === "200";
}

/** Keeps connections open for the next request, as a balancer does. */
export const keepingAlive = (): Agent => new Agent({ keepAlive: true });
