import { EventEmitter } from "node:events";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Interrupt } from "../../cli/interrupt";
import type { StackOutput } from "../../cli/stack-output";
import type { TerraformSettings } from "../../cli/terraform";
import type { TestFolder } from "../support/folder";

/** Writes down what it is asked, does what the test has scripted for that stack and verb, and changes nothing else. */
const SCRIPT = `
stack=$(basename "$PWD")
backend=bucket
[ -e backend_override.tf.json ] && backend=local
log() { echo "$*" >> "$FAKE/log"; }
wait_for() {
  turns=0
  until [ -e "$FAKE/$1" ]; do
    turns=$((turns + 1))
    [ $turns -gt 250 ] && exit 9
    sleep 0.02
  done
}
summary() {
  echo '{"type":"change_summary","changes":{"add":'$2',"change":'$3',"remove":'$4',"operation":"'$1'"}}'
}
log "$stack $* ($backend)"
[ "$1" = init ] && mkdir -p .terraform
if [ -e "$FAKE/$stack.$1.sh" ]; then . "$FAKE/$stack.$1.sh"; fi
log "$stack $1 ended"
`;

let count = 0;

/** A binary that stands where Terraform would, and the stacks that it works on. */
export class FakeTerraform {
  /** Where signals of the user come from. */
  readonly signals = new EventEmitter();
  /** What the user was told. */
  readonly said: string[] = [];
  /** Ends the command at once. */
  readonly end = jest.fn();
  readonly settings: TerraformSettings;
  private readonly name = `fake-${count++}`;

  constructor(private readonly folder: TestFolder) {
    this.settings = {
      binary: folder.script(`${this.name}/terraform`, SCRIPT),
      environment: { PATH: process.env.PATH, FAKE: this.path() },
      interrupt: new Interrupt((line) => this.said.push(line), this.end, this.signals),
      again: "npx groundplan up local",
    };
  }

  /** A stack with an empty folder. */
  stack(name: string, dependencies: readonly string[] = [], facts: Partial<StackOutput> = {}): StackOutput {
    const directory = this.path("stacks", name);
    mkdirSync(directory, { recursive: true });
    return { name, directory, dependencies, settings: "{}", paths: new Map(), ...facts };
  }

  /** Does that, in the shell, whenever the stack's Terraform is called with that verb. */
  on(stack: string, verb: "init" | "apply" | "destroy", shell: string): void {
    this.folder.file(`${this.name}/${stack}.${verb}.sh`, `${shell}\n`);
  }

  /** Makes a file that a script waits for, or reads. */
  file(name: string, text = ""): string {
    return this.folder.file(`${this.name}/${name}`, text);
  }

  /** Absolute path of something in its folder. */
  path(...parts: readonly string[]): string {
    return join(this.folder.path, this.name, ...parts);
  }

  /** What it was asked and what has ended, in order: `data init -reconfigure -no-color (bucket)`, `data init ended`. */
  get log(): string[] {
    const path = this.path("log");
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  }

  /** The calls alone. */
  get calls(): string[] {
    return this.log.filter((line) => line.endsWith(")"));
  }

  /** Waits until a file of its folder is there, five seconds at most. */
  async until(name: string): Promise<void> {
    for (let turn = 0; !existsSync(this.path(name)); turn++) {
      if (turn > 250) throw new Error(`no ${name} after 5 s: ${this.log.join("; ")}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
