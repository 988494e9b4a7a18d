import { join } from "node:path";
import { Worker } from "node:worker_threads";

/** Graphviz takes a fraction of a second; more means that it will never end. */
const TIMEOUT_MS = 60_000;

/** Graphviz did not draw. Its own words are in the message. */
export class DrawingError extends Error {
  override readonly name = "DrawingError";
}

/**
 * SVG of a text in Graphviz's language, the same bytes for the same text on every machine.
 *
 * @throws DrawingError when Graphviz refuses the text, or takes more than a minute
 */
export function drawn(dot: string): Promise<string> {
  return new Promise((done, fail) => {
    const worker = new Worker(join(__dirname, "graphviz-thread.mjs"), { workerData: dot });
    const timer = setTimeout(() => {
      fail(new DrawingError(`Graphviz drew for ${TIMEOUT_MS / 1000} s without an end`));
      void worker.terminate();
    }, TIMEOUT_MS);
    worker.once("message", done);
    worker.once("error", (error) => fail(new DrawingError(`Graphviz: ${error.message}`)));
    worker.once("exit", (code) => {
      clearTimeout(timer);
      fail(new DrawingError(`Graphviz ended with ${code} and drew nothing`)); // no effect after an answer
    });
  });
}
