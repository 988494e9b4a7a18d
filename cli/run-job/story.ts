import type { HistoryEvent } from "@aws-sdk/client-sfn";

/** States of `modules/spark-cluster/machine`, and what a user is told there. The job's own state is called as the job. */
export const TOLD: Readonly<Record<string, string>> = {
  "Make the cluster": "asks for a cluster",
  "Wait for the cluster": "waits for the cluster",
  Terminate: "ends the cluster",
};

/** The state that an execution ends in when another is at work. */
export const BUSY = "Another is at work";

const CLUSTER = /\bj-[0-9A-Z]{8,}\b/;
const STEP = /\bs-[0-9A-Z]{8,}\b/;

/** An execution as far as it has come. */
export interface Story {
  /** For the user; undefined before anything is made. */
  readonly said?: string;
  /** Whether another execution was at work, and this one did nothing. */
  readonly busy: boolean;
  readonly cluster?: string;
  /** Of the job's last try. */
  readonly step?: string;
}

/**
 * Reads an execution's history, oldest event first.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export function storyOf(events: readonly HistoryEvent[], job: string): Story {
  let state = "";
  let tries = 0;
  let story: Story = { busy: false };
  for (const event of events) {
    const entered = event.stateEnteredEventDetails?.name;
    if (entered !== undefined) {
      state = entered;
      tries = 0;
      const said = TOLD[entered];
      story = { ...story, busy: story.busy || entered === BUSY, ...(said === undefined ? {} : { said }) };
    }
    if (event.type === "TaskScheduled" && state === job) {
      tries += 1;
      story = { ...story, said: tries === 1 ? `${job} runs` : `${job} runs again: try ${tries}` };
    }
    if (tries > 0 && (event.type === "TaskFailed" || event.type === "TaskTimedOut")) {
      story = { ...story, said: `${job} has failed: try ${tries}` };
    }
    const text = textOf(event);
    const cluster = CLUSTER.exec(text)?.[0];
    const step = state === job ? STEP.exec(text)?.[0] : undefined;
    story = { ...story, ...(cluster && { cluster }), ...(step && { step }) };
  }
  return story;
}

/** Where the ids of cluster and step are: in what EMR was asked, and has answered. */
function textOf(event: HistoryEvent): string {
  return [
    event.taskScheduledEventDetails?.parameters,
    event.taskSubmittedEventDetails?.output,
    event.taskSucceededEventDetails?.output,
    event.taskFailedEventDetails?.cause,
  ].join("\n");
}
