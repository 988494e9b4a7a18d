import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ask, findExecutable } from "./executable";

/** What EMR 7 runs Spark 3.5 on; Spark 3.5 knows none newer. @see https://spark.apache.org/docs/3.5.6/#downloading */
const MAJOR = 17;
/** Where Linux distributions put theirs, also those that are not on `PATH`. */
const SYSTEM_FOLDER = "/usr/lib/jvm";

const ADVICE = `install Java ${MAJOR} (Debian, Ubuntu: openjdk-${MAJOR}-jre-headless), or name its folder in JAVA_HOME`;

/** There is no Java that Spark can run on. */
export class JavaError extends Error {
  override readonly name = "JavaError";
}

/**
 * A Java that Spark runs on: `JAVA_HOME`, else the first fit on `PATH` or among the system's.
 *
 * @returns what JAVA_HOME must be, an absolute path
 * @throws JavaError when there is none; the message says what to install
 */
export async function findJava(
  env: NodeJS.ProcessEnv = process.env,
  systemFolder = SYSTEM_FOLDER,
): Promise<string> {
  const named = env.JAVA_HOME;
  const candidates = named ? [join(named, "bin", "java")] : ["java", ...systemJavas(systemFolder)];
  const refused: string[] = [];
  for (const candidate of candidates) {
    const path = findExecutable(candidate, env);
    if (path === undefined) continue;
    const found = await settingsOf(path, env);
    if (found.major === MAJOR && found.home !== undefined) return found.home;
    refused.push(
      found.major === undefined ? `${path} does not start` : `${path} is Java ${found.major}, not ${MAJOR}`,
    );
  }
  const missing = named ? `JAVA_HOME names ${named}, which has no bin/java` : "there is no Java on PATH";
  throw new JavaError(`${refused[0] ?? missing}: ${ADVICE}`);
}

function systemJavas(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name, "bin", "java"));
  } catch {
    return []; // another kind of system
  }
}

/** It says where it is itself: a command on `PATH` may be a link or a script. */
async function settingsOf(path: string, env: NodeJS.ProcessEnv) {
  const { succeeded, stderr } = await ask(path, ["-XshowSettings:properties", "-version"], env);
  const property = (name: string) => new RegExp(`^\\s*${name} = (.+)$`, "m").exec(stderr)?.[1];
  const version = succeeded ? property("java\\.specification\\.version") : undefined;
  return { major: version === undefined ? undefined : Number(version), home: property("java\\.home") };
}
