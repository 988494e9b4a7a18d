import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Registry } from "../../../cli/image/registry";
import type { TestFolder } from "../../support/folder";

/** What an engine says of a folder that it has built, and of an image that it has pushed. */
const WORDS = { build: "#9 writing image", push: "latest: digest: sha256:0 size: 1" } as const;

/** Stands where docker or podman would: writes down what it is asked, with what it reads. */
export class FakeEngine {
  private readonly calls: string;

  constructor(private readonly folder: TestFolder) {
    this.calls = join(folder.path, "engine-calls");
  }

  /** Puts an engine on a `PATH` of its own; `shell` runs before it answers. @returns variables with that `PATH` */
  on(path: string, name: string, shell = ""): NodeJS.ProcessEnv {
    this.folder.script(
      `${path}/${name}`,
      `echo "${name} $*" >> ${this.calls}
${shell}
case "$1" in
  login) echo "password: $(/bin/cat)" >> ${this.calls} ;;
  build) echo "${WORDS.build}" ;;
  push) : > ${join(this.folder.path, "pushed")}; echo "${WORDS.push}" ;;
esac`,
    );
    return { PATH: join(this.folder.path, path) };
  }

  /** What it was asked, in order. */
  get asked(): string[] {
    return existsSync(this.calls) ? readFileSync(this.calls, "utf8").trim().split("\n") : [];
  }
}

/** A registry that has an image as soon as the engine has pushed one. */
export class FakeRegistry implements Registry {
  readonly tags: string[] = [];
  closed = false;

  constructor(
    private readonly folder: TestFolder,
    private readonly digest: string,
  ) {}

  async digestOf(tag: string): Promise<string | undefined> {
    this.tags.push(tag);
    return existsSync(join(this.folder.path, "pushed")) ? this.digest : undefined;
  }

  async signIn() {
    return { username: "AWS", password: "a:secret" };
  }

  close(): void {
    this.closed = true;
  }
}
