import type { PlatformConfig } from "../config/load";
import type { Clients } from "./clients";
import type { Progress, StepReporter } from "./progress";
import { pathOf, type StackOutput } from "./stack-output";
import { StateMove } from "./state-move";
import { Terraform, type TerraformSettings } from "./terraform";
import { type Changes, changesText, NO_CHANGES, type TerraformEvent } from "./terraform-events";

/** The stack that makes the bucket in which all states lie. */
const STATE_STACK = "state";

export interface DeploymentProps {
  readonly config: PlatformConfig;
  readonly stacks: readonly StackOutput[];
  readonly clients: Pick<Clients, "objectExists">;
  readonly progress: Progress;
  readonly terraform: TerraformSettings;
}

/** What happened to each stack. */
export type StackChanges = Readonly<Record<string, Changes>>;

/** The stacks of one environment, applied or destroyed in order of dependency, independent ones together. */
export class Deployment {
  constructor(private readonly props: DeploymentProps) {}

  async apply(): Promise<StackChanges> {
    return this.inOrder(
      (stack) => stack.dependencies,
      (stack, step) => this.applyStack(stack, step),
    );
  }

  async destroy(): Promise<StackChanges> {
    const { stacks } = this.props;
    return this.inOrder(
      ({ name }) => stacks.filter((other) => other.dependencies.includes(name)).map((other) => other.name),
      (stack, step) => this.destroyStack(stack, step),
    );
  }

  private async applyStack(stack: StackOutput, step: StepReporter): Promise<Changes> {
    const terraform = new Terraform(this.props.terraform, stack);
    const move = this.stateMove(terraform);
    step.update("initialising");
    const begins = stack.name === STATE_STACK && (move.isLocal || !(await move.isRemote()));
    if (begins) await move.useLocal();
    else await move.useBucket();
    step.update("planning");
    const changes = await terraform.apply(reportTo(step, stack));
    if (begins) {
      step.update("moving the state into its bucket");
      await move.toBucket();
    }
    return changes;
  }

  private async destroyStack(stack: StackOutput, step: StepReporter): Promise<Changes> {
    const terraform = new Terraform(this.props.terraform, stack);
    const move = this.stateMove(terraform);
    const isLocal = stack.name === STATE_STACK && move.isLocal;
    if (!isLocal && !(await move.isRemote())) return NO_CHANGES;
    step.update("initialising");
    if (stack.name !== STATE_STACK) {
      await move.useBucket();
      return terraform.destroy(reportTo(step, stack));
    }
    if (isLocal) await move.useLocal();
    else await move.toLocal();
    const changes = await terraform.destroy(reportTo(step, stack));
    move.forgetLocal();
    return changes;
  }

  private stateMove(terraform: Terraform): StateMove {
    return new StateMove(terraform, this.props.clients, this.props.config);
  }

  /** Runs each stack as soon as all that it waits for are done; the first failure lets what runs end, and starts no more. */
  private async inOrder(
    waitsFor: (stack: StackOutput) => readonly string[],
    work: (stack: StackOutput, step: StepReporter) => Promise<Changes>,
  ): Promise<StackChanges> {
    const { stacks, progress } = this.props;
    const runs = new Map<string, Promise<Changes>>();
    const failures: unknown[] = [];
    const run = (stack: StackOutput): Promise<Changes> => {
      const known = runs.get(stack.name);
      if (known) return known;
      const started = (async () => {
        await Promise.all(stacks.filter(({ name }) => waitsFor(stack).includes(name)).map(run));
        if (failures.length > 0) throw failures[0];
        return progress.step(stack.name, async (step) => {
          const changes = await work(stack, step);
          return [changes, changesText(changes)] as const;
        });
      })();
      started.catch((error) => failures.push(error));
      runs.set(stack.name, started);
      return started;
    };
    await Promise.allSettled(stacks.map(run));
    if (failures.length > 0) throw failures[0];
    const changes = await Promise.all(stacks.map(async (stack) => [stack.name, await run(stack)] as const));
    return Object.fromEntries(changes);
  }
}

/** Shows what Terraform is at: how many resources are done, and the one that ended last. */
function reportTo(step: StepReporter, stack: StackOutput): (event: TerraformEvent) => void {
  let planned = 0;
  let done = 0;
  return ({ type, changes, hook }) => {
    if (type === "change_summary" && changes?.operation === "plan") {
      planned = changes.add + changes.change + changes.remove;
      if (planned > 0) step.update(changesText(changes).replace(/(added|changed|destroyed)/g, "to be $1"));
    }
    const address = hook?.resource?.addr;
    if (type !== "apply_complete" || address === undefined || hook?.action === "read") return;
    done += 1;
    step.update(`${done}/${planned} ${pathOf(stack, address)}`);
  };
}
