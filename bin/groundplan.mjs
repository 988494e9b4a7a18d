#!/usr/bin/env node
/** The `groundplan` command: the launcher with `cli/main.ts`, a path relative to this package's root. */
process.argv.splice(2, 0, "cli/main.ts");
import("./launch.mjs");
