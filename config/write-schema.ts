import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { environmentJsonSchema } from "./json-schema";

// Refreshes the editors' schema, in the project root: node bin/launch.mjs config/write-schema.ts
const FILE = "config/environment.schema.json";
writeFileSync(FILE, `${JSON.stringify(environmentJsonSchema(), null, 2)}\n`);
execFileSync("npx", ["biome", "format", "--write", FILE], { timeout: 60_000, stdio: "inherit" });
