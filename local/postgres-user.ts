import { chownSync, mkdirSync, readFileSync } from "node:fs";
import { EmbeddedError } from "./embedded-error";
import { ask, findExecutable } from "./executable";

/** `nobody`, on every Linux: https://www.kernel.org/doc/html/latest/admin-guide/sysctl/fs.html#overflowgid-overflowuid */
const NOBODY = 65_534;
/** Whom the fall-back runs it as, in the order of preference. */
const NAMES = ["postgres", "nobody"];

/** As whom PostgreSQL's programs are run. */
export interface PostgresUser {
  /** What stands before each command line. */
  readonly prefix: readonly string[];
  /** Absent: those of this process. */
  readonly ids?: { readonly uid: number; readonly gid: number };
}

/**
 * PostgreSQL refuses to run as root, which is what builds run as. So root runs it in a user namespace, in which it is
 * nobody and outside of which it still owns its files: all folders that root may enter are open to it. Where the system
 * refuses namespaces, it runs as another user, whom the directory is given to.
 *
 * @throws EmbeddedError when that other user cannot enter the directory, or there is none
 */
export async function postgresUser(directory: string, env = process.env): Promise<PostgresUser> {
  mkdirSync(directory, { recursive: true });
  if (process.getuid?.() !== 0) return { prefix: [] };
  const unshare = findExecutable("unshare", env);
  const prefix = [unshare ?? "", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
  if (unshare !== undefined && (await ask(unshare, [...prefix.slice(1), "true"], env)).succeeded) {
    return { prefix };
  }
  return otherUser(directory, env);
}

async function otherUser(directory: string, env: NodeJS.ProcessEnv): Promise<PostgresUser> {
  const ids = NAMES.map(idsOf).find((found) => found !== undefined);
  const refusal = "PostgreSQL does not run as root, and this system has neither user namespaces";
  if (ids === undefined) {
    throw new EmbeddedError(
      `${refusal} nor a user ${NAMES.join(" or ")}: run this as another user than root`,
    );
  }
  chownSync(directory, ids.uid, ids.gid);
  if (!(await ask("/bin/sh", ["-c", 'cd "$0"', directory], env, { ids })).succeeded) {
    throw new EmbeddedError(
      `${refusal} nor a user who may enter ${directory}: set GROUNDPLAN_HOME to a folder that all users may enter, or run this as another user than root`,
    );
  }
  return { prefix: [], ids };
}

/** https://man7.org/linux/man-pages/man5/passwd.5.html */
function idsOf(name: string): PostgresUser["ids"] {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
