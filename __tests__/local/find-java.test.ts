import { join } from "node:path";
import { findJava, JavaError } from "../../local/find-java";
import { TestFolder } from "../support/folder";

const ADVICE = "install Java 17 (Debian, Ubuntu: openjdk-17-jre-headless), or name its folder in JAVA_HOME";

const folder = new TestFolder();

/** A Java of that version; it says that its home is there. */
function java(home: string, version: number): string {
  const path = join(folder.path, home);
  const settings = `    java.home = ${path}\\n    java.specification.version = ${version}`;
  folder.script(`${home}/bin/java`, `printf '${settings}\\n' >&2`);
  return path;
}

const on = (home: string) => ({ PATH: join(folder.path, home, "bin") });

test("takes the one on PATH, where it says that it is", async () => {
  const home = java("good", 17);
  expect(await findJava(on("good"), "/nowhere")).toBe(home);
});

test("goes past one on PATH that is too new, to one of the system", async () => {
  java("new", 25);
  java("system/a-25", 25);
  const home = java("system/b-17", 17);
  expect(await findJava(on("new"), join(folder.path, "system"))).toBe(home);
});

test("takes the one that JAVA_HOME names, and no other", async () => {
  const home = java("named", 17);
  expect(await findJava({ PATH: "/nowhere", JAVA_HOME: home }, "/nowhere")).toBe(home);
  const old = java("old", 8);
  await expect(findJava({ ...on("named"), JAVA_HOME: old }, "/nowhere")).rejects.toThrow(
    new JavaError(`${old}/bin/java is Java 8, not 17: ${ADVICE}`),
  );
});

test("rejects a JAVA_HOME without a Java", async () => {
  const env = { ...on("good"), JAVA_HOME: "/nowhere" };
  await expect(findJava(env, "/nowhere")).rejects.toThrow(
    new JavaError(`JAVA_HOME names /nowhere, which has no bin/java: ${ADVICE}`),
  );
});

test("rejects a machine without Java, and says what to install", async () => {
  await expect(findJava({ PATH: "/nowhere" }, "/nowhere")).rejects.toThrow(
    new JavaError(`there is no Java on PATH: ${ADVICE}`),
  );
});

test("rejects a Java that does not start", async () => {
  folder.script("dead/bin/java", "exit 1");
  await expect(findJava(on("dead"), "/nowhere")).rejects.toThrow(
    new JavaError(`${folder.path}/dead/bin/java does not start: ${ADVICE}`),
  );
});
