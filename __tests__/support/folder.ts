import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder for one test file; removed after its tests. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), "groundplan-"));

  constructor() {
    afterAll(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** Writes a file, with the folders around it. @returns its path */
  file(name: string, text = ""): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Writes a shell script that may be run. @returns its path */
  script(name: string, text: string): string {
    const path = this.file(name, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** Makes a folder in this one the `GROUNDPLAN_HOME` of the test file, from now on; Jest gives each file an environment of its own. */
  home(): string {
    process.env.GROUNDPLAN_HOME = join(this.path, "home");
    return process.env.GROUNDPLAN_HOME;
  }
}
