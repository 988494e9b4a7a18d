import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { homeOf } from "../config/home";
import type { PlatformConfig } from "../config/load";
import { namesFor } from "../config/naming";
import type { Clients } from "./clients";
import { CommandError } from "./failure";
import type { Terraform } from "./terraform";

/**
 * The state of the stack that makes the state bucket: it begins in a file on this machine and moves into the
 * bucket once that is there; before the bucket goes, it moves back.
 */
export class StateMove {
  private readonly localState: string;
  private readonly override: string;
  private readonly bucket: string;
  private readonly key: string;

  constructor(
    private readonly terraform: Terraform,
    private readonly clients: Pick<Clients, "objectExists">,
    config: PlatformConfig,
  ) {
    const names = namesFor(config);
    this.bucket = names.stateBucket;
    this.key = names.stateKey(terraform.stack.name);
    this.localState = resolve(homeOf(config.environment), `${terraform.stack.name}.tfstate`);
    this.override = join(terraform.stack.directory, "backend_override.tf.json");
  }

  /** Whether the bucket holds the state. */
  async isRemote(): Promise<boolean> {
    return this.clients.objectExists(this.bucket, this.key);
  }

  /** Whether a state lies on this machine: a first deployment or a destruction did not come to its end. */
  get isLocal(): boolean {
    // An empty one is Terraform's lock on a file that it had not written yet.
    return (statSync(this.localState, { throwIfNoEntry: false })?.size ?? 0) > 0;
  }

  /** Points Terraform to the file on this machine. */
  async useLocal(): Promise<void> {
    this.writeOverride();
    await this.terraform.reinitialise();
  }

  /** Points Terraform to the bucket, also where a run that was broken off had pointed it to this machine. */
  async useBucket(): Promise<void> {
    rmSync(this.override, { force: true });
    await this.terraform.initialise();
  }

  /** Moves the state from this machine into the bucket. */
  async toBucket(): Promise<void> {
    rmSync(this.override, { force: true });
    await this.terraform.moveState();
    if (!(await this.isRemote())) {
      throw new CommandError({
        stack: this.terraform.stack.name,
        message: `the state did not arrive at s3://${this.bucket}/${this.key}; it still lies in ${this.localState}`,
      });
    }
    this.forgetLocal();
  }

  /** Moves the state from the bucket onto this machine. */
  async toLocal(): Promise<void> {
    await this.useBucket();
    this.writeOverride();
    await this.terraform.moveState();
  }

  /** Removes what was left on this machine. */
  forgetLocal(): void {
    for (const path of [this.localState, `${this.localState}.backup`, this.override])
      rmSync(path, { force: true });
  }

  private writeOverride(): void {
    mkdirSync(resolve(this.localState, ".."), { recursive: true });
    const backend = { local: { path: this.localState } };
    writeFileSync(this.override, JSON.stringify({ terraform: { backend } }, null, 2));
  }
}
