#!/usr/bin/env node
/**
 * Runs a TypeScript program of this repository: `node bin/launch.mjs <entry.ts> [args…]`.
 *
 * Nothing is imported and no await stands here, so that an old Node says its sentence and not a syntax error.
 */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const [entry, ...args] = process.argv.slice(2);
if (major < 20 || (major === 20 && minor < 9)) {
  console.error(
    `groundplan needs Node 20.9 or newer, this is ${process.versions.node}: install a newer one.`,
  );
  process.exitCode = 1;
} else if (entry === undefined) {
  console.error("usage: node bin/launch.mjs <entry.ts> [args…]");
  process.exitCode = 2;
} else {
  import("./run.mjs").then(({ launch }) => launch(entry, args));
}
