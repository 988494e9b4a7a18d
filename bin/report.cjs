/** Prints an uncaught error: one line for a mistake that our code names, a stack of the TypeScript lines for a bug. */
const { readFileSync } = require("node:fs");
const { SourceMap } = require("node:module");
const { dirname, relative, resolve } = require("node:path");

/** Names that say nothing about the user's mistake: a stack helps more. */
const UNNAMED = new Set([
  "Error",
  "AggregateError",
  "AssertionError",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
]);

/** What stands below the program in every stack. */
const LAUNCHER_FRAMES = /\n +at .*(?:bin\/(?:run|launch)\.mjs|node:internal).*/g;

/**
 * @param {unknown} error
 * @param {string} [bundle] path of the bundle that runs, its source map beside it; empty before it does
 */
exports.printError = function printError(error, bundle) {
  if (!(error instanceof Error)) {
    console.error(error);
    return;
  }
  const named = error.name.endsWith("Error") && !UNNAMED.has(error.name);
  if (named && !process.env.DEBUG) {
    console.error(`${error.name}: ${error.message}`);
    return;
  }
  const stack = error.stack ?? String(error);
  console.error(bundle ? mapped(stack, bundle).replace(LAUNCHER_FRAMES, "") : stack);
  if (error.cause !== undefined) {
    console.error("caused by:");
    exports.printError(error.cause, bundle);
  }
};

/** The stack with the places in the bundle replaced by those in the sources. */
function mapped(/** @type {string} */ stack, /** @type {string} */ bundle) {
  if (!stack.includes(bundle)) return stack;
  let map;
  try {
    map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, "utf8")));
  } catch {
    return stack; // pruned by a later build: the places in the bundle are all there is
  }
  const [head = "", ...rest] = stack.split(bundle);
  return rest.reduce((text, part) => {
    const place = /^:(\d+):(\d+)/.exec(part);
    const entry = place && map.findEntry(Number(place[1]) - 1, Number(place[2]) - 1);
    if (!place || !entry || !("originalSource" in entry)) return text + bundle + part;
    const source = relative(process.cwd(), resolve(dirname(bundle), entry.originalSource));
    return `${text}${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}${part.slice(place[0].length)}`;
  }, head);
}
