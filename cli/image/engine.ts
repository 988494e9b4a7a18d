import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ask, findExecutable, type Said } from "../../local/executable";
import { CommandError } from "../failure";

/** In the order of preference. */
export const ENGINES = ["docker", "podman"] as const;
export type EngineName = (typeof ENGINES)[number];

const INSTALL = {
  docker: "https://docs.docker.com/engine/install/",
  podman: "https://podman.io/docs/installation",
} as const satisfies Record<EngineName, string>;

/** A build from nothing over a slow line. */
const WORK_SECONDS = 3600;
const ERROR_LINES = 15;

/** What another processor's programs end with where the machine cannot run them. */
const FOREIGN = /exec format error/i;

/** What makes and sends images, with its own command line. */
export class Engine {
  constructor(
    readonly name: EngineName,
    private readonly path: string,
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  /** Whether its engine answers, and what it has said. */
  answer(): Promise<Said> {
    return ask(this.path, ["info"], this.env);
  }

  /**
   * Builds the image of a folder and names it.
   *
   * @throws CommandError with the engine's own last words
   */
  async build(
    folder: string,
    image: string,
    platform: string,
    onLine: (line: string) => void,
  ): Promise<void> {
    await this.run("build", ["build", "--platform", platform, "--tag", image, folder], onLine);
  }

  /** @throws CommandError with the engine's own last words */
  async push(image: string, onLine: (line: string) => void): Promise<void> {
    await this.run("push", ["push", image], onLine);
  }

  /** Signs in; the engine keeps that as long as the password is good. @throws CommandError with the engine's own words */
  async signIn(registry: string, username: string, password: string): Promise<void> {
    const args = ["login", "--username", username, "--password-stdin", registry];
    const { succeeded, stdout, stderr } = await ask(this.path, args, this.env, { input: password });
    if (!succeeded) throw this.failure("login", `${stdout}${stderr}`.trim().split("\n"));
  }

  private run(verb: string, args: readonly string[], onLine: (line: string) => void): Promise<void> {
    // A list of images with a note on how each was built would be pushed; ECS wants the image alone.
    const env = { ...this.env, BUILDX_NO_DEFAULT_ATTESTATIONS: "1" };
    const bounds = { timeout: WORK_SECONDS * 1000, killSignal: "SIGKILL" } as const;
    const child = spawn(this.path, args, { env, stdio: ["ignore", "pipe", "pipe"], ...bounds });
    const end = () => child.kill();
    process.once("exit", end); // Ctrl-C ends the command at once
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        if (line.trim() === "") return;
        said.push(line);
        onLine(line.trim());
      });
    }
    return new Promise<void>((done, failed) => {
      child.once("error", failed);
      child.once("close", (code) => (code === 0 ? done() : failed(this.failure(verb, said))));
    }).finally(() => process.off("exit", end));
  }

  private failure(verb: string, said: readonly string[]): CommandError {
    const foreign = said.some((line) => FOREIGN.test(line));
    return new CommandError({
      message: foreign
        ? "this machine cannot run programs of the image's processor"
        : `${this.name} ${verb} has failed`,
      said: said.slice(-ERROR_LINES).join("\n"),
      next: foreign ? "docker run --privileged --rm tonistiigi/binfmt --install arm64" : undefined,
    });
  }
}

/**
 * The engine of that name, else the first that answers: docker, then podman.
 *
 * @throws CommandError where there is none, or none that answers: what to install or to start
 */
export async function findEngine(wanted?: EngineName, env: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const names = wanted === undefined ? ENGINES : [wanted];
  const silent: { readonly path: string; readonly said: string }[] = [];
  for (const name of names) {
    const path = findExecutable(name, env);
    if (path === undefined) continue;
    const engine = new Engine(name, path, env);
    const { succeeded, stdout, stderr } = await engine.answer();
    if (succeeded) return engine;
    silent.push({ path, said: (stderr || stdout).trim().split("\n").at(-1) ?? "" });
  }
  const [first] = silent;
  const install = names.map((name) => `${name} (${INSTALL[name]})`).join(" or ");
  if (first === undefined) {
    throw new CommandError({ message: `there is no ${names.join(" or ")} on PATH: install ${install}` });
  }
  const { path, said } = first;
  throw new CommandError({
    message: `${path} is there, but no engine answers it: start the engine, or install ${install}`,
    ...(said !== "" && { said }),
  });
}
