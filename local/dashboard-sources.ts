import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DASHBOARD_REQUIREMENTS_FILE } from "./python";

/** Where the dashboard's project is, relative to the project root, which is the working directory. */
export const DASHBOARD_FOLDER = "dashboard";

/** What runs: the same on this machine and in the image. */
const RUNNING = ["dashboard/app", "dashboard/gunicorn.conf.py", DASHBOARD_REQUIREMENTS_FILE] as const;

/** What the image is made with. */
const BUILDING = ["dashboard/Dockerfile", "dashboard/.dockerignore"] as const;

/** What Python and editors leave beside sources. */
const LEFT_BEHIND = /^(__pycache__|\..*|.*\.pyc)$/;

/** A hash of everything that the running dashboard is made of. */
export const dashboardSources = () => hashOf(RUNNING);

/** A hash of everything that its image is made of, the same on every machine. */
export const imageSources = () => hashOf([...RUNNING, ...BUILDING]);

/** Paths, contents, and who may run them; not times. */
function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesIn)) {
    const content = readFileSync(path);
    const mode = statSync(path).mode & 0o100 ? "x" : "-";
    hash.update(`${path}\0${mode}${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** The files of a folder, in the same order everywhere; a file is itself. */
function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => !LEFT_BEHIND.test(name));
  return names.sort().flatMap((name) => filesIn(join(path, name)));
}
