import { errorIn, failureIn, tailOf } from "../../local/spark-run-words";
import { CommandError } from "../failure";
import type { JobName } from "./job-name";

/** What is known beside the log. */
interface JobFailureFacts {
  /** The sentence where the log names no error. */
  readonly otherwise: string;
  /** How the user would run the job again. */
  readonly again: string;
}

/** A failure in the job's own words; else the last error in its log, and the end of that. */
export function jobFailure(job: JobName, log: string, { otherwise, again }: JobFailureFacts): CommandError {
  const failure = failureIn(log);
  if (failure === undefined) {
    const said = tailOf(log);
    return new CommandError({
      message: `${job} failed: ${errorIn(log) ?? otherwise}`,
      ...(said === "" ? {} : { said }),
      next: `${again} -- --log-level WARN (Spark says more)`,
    });
  }
  // The job knows its file, not this command.
  const next = failure.next.replace(/^\S+\.py --help/, `${again} -- --help`);
  return new CommandError({ message: `${job} failed: ${failure.sentence}`, next });
}
