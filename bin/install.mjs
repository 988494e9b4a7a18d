/** Brings `node_modules` to what `package-lock.json` says, when it is not there already. */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** More than a cold install over a slow line takes; then it hangs. */
const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** Packages that could not be brought to what the lock file says. */
export class InstallError extends Error {
  /** @override */
  name = "InstallError";
}

/** Runs `npm ci` in `root` if a package is missing or of another version. npm speaks on stderr only. */
export async function ensurePackages(/** @type {string} */ root) {
  if (installed(root)) return;
  const release = await lock(join(root, ".groundplan", "install.lock"));
  try {
    if (installed(root)) return; // another process has done it meanwhile
    console.error("Installing packages (once) …");
    const npm = spawnSync("npm", ["ci"], {
      cwd: root,
      stdio: ["ignore", 2, 2],
      timeout: INSTALL_TIMEOUT_MS,
      shell: process.platform === "win32",
    });
    if (npm.error)
      throw new InstallError(`npm did not run: ${npm.error.message}. Install npm, then try again.`);
    if (npm.status !== 0) {
      throw new InstallError(
        `npm ci ended with ${npm.status ?? npm.signal}, see above. Run it in ${root} and try again.`,
      );
    }
  } finally {
    release();
  }
}

/**
 * Whether every package that a program needs is there in the locked version. Development packages may be missing
 * (`npm ci --omit=dev`), and so may those of other platforms.
 */
export function installed(/** @type {string} */ root) {
  const wanted = packagesOf(join(root, "package-lock.json"));
  if (wanted === undefined) return true; // an installed package: npm has put its dependencies in place
  const present = packagesOf(join(root, "node_modules", ".package-lock.json"));
  if (present === undefined) return false;
  return Object.entries(wanted).every(([path, { version, dev, optional, devOptional, peer, link }]) => {
    if (path === "" || link) return true;
    const found = present[path];
    return found === undefined ? Boolean(dev || optional || devOptional || peer) : found.version === version;
  });
}

/**
 * @returns {Record<string, { version?: string, dev?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean,
 *   link?: boolean }> | undefined}
 */
function packagesOf(/** @type {string} */ lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, "utf8")).packages : undefined;
}

/** Holds the file `path` for this process; a holder that is no longer alive counts for nothing. */
async function lock(/** @type {string} */ path) {
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    try {
      const file = openSync(path, "wx");
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
      if (!holderAlive(path)) rmSync(path, { force: true });
      await sleep(200);
    }
  }
}

function holderAlive(/** @type {string} */ path) {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM"; // alive, of another user
  }
}
