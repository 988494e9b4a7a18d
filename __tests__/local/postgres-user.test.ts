import fs from "node:fs";
import { join } from "node:path";
import { EmbeddedError } from "../../local/embedded-error";
import { postgresUser } from "../../local/postgres-user";
import { TestFolder } from "../support/folder";

const folder = new TestFolder(); // which its owner alone may enter
const directory = join(folder.path, "data");
const as = (uid: number) => jest.spyOn(process, "getuid").mockReturnValue(uid);

afterEach(() => jest.restoreAllMocks());

test("runs it as the user of this process, and makes the directory", async () => {
  as(1000);
  expect(await postgresUser(directory)).toEqual({ prefix: [] });
  expect(fs.existsSync(directory)).toBe(true);
});

test("runs it as nobody of a user namespace where root asks", async () => {
  as(0);
  const unshare = folder.script("with/unshare", "exit 0");
  expect(await postgresUser(directory, { PATH: join(folder.path, "with") })).toEqual({
    prefix: [unshare, "--user", "--map-user=65534", "--map-group=65534"],
  });
});

test.each(["refuses namespaces", "has no unshare"])(
  "rejects a directory that the other user cannot enter, where the system %s",
  async (how) => {
    as(0);
    const chown = jest.spyOn(fs, "chownSync").mockReturnValue();
    if (how === "refuses namespaces") folder.script("without/unshare", "exit 1");
    await expect(postgresUser(directory, { PATH: join(folder.path, "without") })).rejects.toThrow(
      new EmbeddedError(
        `PostgreSQL does not run as root, and this system has neither user namespaces nor a user who may enter ${directory}: set GROUNDPLAN_HOME to a folder that all users may enter, or run this as another user than root`,
      ),
    );
    expect(chown).toHaveBeenCalledWith(directory, expect.any(Number), expect.any(Number));
  },
);

test("rejects a system without a user for it", async () => {
  as(0);
  jest.spyOn(fs, "readFileSync").mockReturnValue("root:x:0:0:root:/root:/bin/sh\n");
  await expect(postgresUser(directory, { PATH: "/nowhere" })).rejects.toThrow(
    new EmbeddedError(
      "PostgreSQL does not run as root, and this system has neither user namespaces nor a user postgres or nobody: run this as another user than root",
    ),
  );
});
