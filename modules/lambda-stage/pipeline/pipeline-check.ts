import { TerraformElement } from "cdktf";
import type { IConstruct } from "constructs";
import { addWarning } from "../../shared";
import { cyclesIn } from "./cycles";
import { mistakesInNotifications } from "./notifications";
import { type CheckedStage, pipelineFacts } from "./pipeline-facts";
import { mistakesInQueues } from "./queues";
import { idleStores } from "./stores";

/** App → its one check. */
const CHECKS = new WeakMap<IConstruct, PipelineCheck>();

/**
 * Has the stages of the whole app, in whatever stacks they are, checked together when it is synthesised: by what their
 * resources say in the end, so that an override counts. Mistakes fail the synth, all at once; a store that
 * nobody uses is a warning.
 */
export function checkPipeline(stage: CheckedStage): void {
  const check = CHECKS.get(stage.node.root) ?? new PipelineCheck(stage, "PipelineCheck");
  CHECKS.set(stage.node.root, check);
  check.add(stage);
}

/** Writes nothing. It is an element because cdktf prepares all elements of all stacks before it collects warnings. */
class PipelineCheck extends TerraformElement {
  private readonly stages: CheckedStage[] = [];
  private warned = false;

  constructor(scope: CheckedStage, id: string) {
    super(scope, id);
    this.node.root.node.addValidation({ validate: () => this.mistakes() });
  }

  add(stage: CheckedStage): void {
    this.stages.push(stage);
  }

  override toTerraform(): object {
    if (!this.warned) {
      this.warned = true;
      for (const { store, verb } of idleStores(this.node.root)) {
        addWarning(store, `no role of this app ${verb} it: grant it to one, or take it out`);
      }
    }
    return {};
  }

  private mistakes(): string[] {
    const { flows, queues, notifications } = pipelineFacts(this.node.root, this.stages);
    return [...cyclesIn(flows), ...mistakesInNotifications(notifications), ...mistakesInQueues(queues)];
  }
}
