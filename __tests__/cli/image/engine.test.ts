import { findEngine } from "../../../cli/image/engine";
import { TestFolder } from "../../support/folder";
import { FakeEngine } from "./fake-engine";

jest.setTimeout(30_000); // real processes

const folder = new TestFolder();
const fake = new FakeEngine(folder);
const DOCKER = "docker (https://docs.docker.com/engine/install/)";
const PODMAN = "podman (https://podman.io/docs/installation)";
const DOWN = 'echo "Cannot connect to the Docker daemon" >&2; exit 1';

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    ({ details }) => details,
  );

describe("findEngine", () => {
  test("takes docker where both answer, and the one that is named", async () => {
    fake.on("both", "podman");
    const env = fake.on("both", "docker");
    expect((await findEngine(undefined, env)).name).toBe("docker");
    expect((await findEngine("podman", env)).name).toBe("podman");
  });

  test("goes past a docker without an engine", async () => {
    fake.on("down", "docker", DOWN);
    expect((await findEngine(undefined, fake.on("down", "podman"))).name).toBe("podman");
  });

  test("rejects a machine without one, and says what to install", async () => {
    expect(await failure(findEngine(undefined, { PATH: "/nowhere" }))).toEqual({
      message: `there is no docker or podman on PATH: install ${DOCKER} or ${PODMAN}`,
    });
    expect(await failure(findEngine("podman", { PATH: "/nowhere" }))).toEqual({
      message: `there is no podman on PATH: install ${PODMAN}`,
    });
  });

  test("rejects a client without an engine, with its own words and what to do", async () => {
    const env = fake.on("client", "docker", DOWN);
    expect(await failure(findEngine(undefined, env))).toEqual({
      message: `${env.PATH}/docker is there, but no engine answers it: start the engine, or install ${DOCKER} or ${PODMAN}`,
      said: "Cannot connect to the Docker daemon",
    });
  });
});

describe("an engine", () => {
  const build = async (env: NodeJS.ProcessEnv) => {
    const lines: string[] = [];
    const engine = await findEngine("docker", env);
    await engine.build("dashboard", "images/dashboard:1", "linux/arm64", (line) => lines.push(line));
    return lines;
  };

  test("says what it does, line by line", async () => {
    const env = fake.on("lines", "docker", '[ "$1" = build ] && { echo one; echo; echo " two" >&2; }');
    expect((await build(env)).sort()).toEqual(["#9 writing image", "one", "two"]);
  });

  test("is told to make the image alone, without a list around it", async () => {
    const env = fake.on(
      "alone",
      "docker",
      '[ "$1" = build ] && echo "none: $BUILDX_NO_DEFAULT_ATTESTATIONS"',
    );
    expect(await build(env)).toContain("none: 1");
  });

  test("rejects a failed build with its last words", async () => {
    const words = Array.from({ length: 20 }, (_, n) => `line ${n}`);
    const env = fake.on(
      "failed",
      "docker",
      `[ "$1" = build ] && { printf '${words.join("\\n")}\\n'; exit 1; }`,
    );
    expect(await failure(build(env))).toEqual({
      message: "docker build has failed",
      said: words.slice(5).join("\n"),
    });
  });

  test("rejects a build for a processor that the machine cannot run, and says what helps", async () => {
    const env = fake.on(
      "foreign",
      "docker",
      '[ "$1" = build ] && { echo "exec /bin/sh: exec format error"; exit 1; }',
    );
    expect(await failure(build(env))).toEqual({
      message: "this machine cannot run programs of the image's processor",
      said: "exec /bin/sh: exec format error",
      next: "docker run --privileged --rm tonistiigi/binfmt --install arm64",
    });
  });

  test("rejects a refused login with its words, and does not repeat the password", async () => {
    const env = fake.on("refused", "docker", '[ "$1" = login ] && { echo "400 Bad Request" >&2; exit 1; }');
    const engine = await findEngine("docker", env);
    const said = await failure(engine.signIn("registry.example.com", "AWS", "secret"));
    expect(said).toEqual({ message: "docker login has failed", said: "400 Bad Request" });
    expect(fake.asked.at(-1)).toBe("docker login --username AWS --password-stdin registry.example.com");
  });
});
