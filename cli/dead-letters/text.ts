import { wrapped } from "../stores/text";
import { grouped } from "../table";
import { SHORT_ID } from "./choice";
import type { DeadLetter, ExplainedLetter } from "./dead-letter";
import type { DeadLetterResult, DeadLettersResult, RedriveResult } from "./dead-letters";

const INDENT = "    ";

/** Every letter in a few lines, by stage. */
export function deadLettersText(
  { environment, letters }: DeadLettersResult,
  again: (command: string) => string,
): string {
  if (letters.length === 0) return `${environment} has no dead letters.`;
  const stages = [...new Set(letters.map(({ stage }) => stage))];
  const lists = stages.flatMap((stage) => {
    const own = letters.filter((letter) => letter.stage === stage);
    return [`${stage}: ${counted(own.length)}`, ...own.flatMap(lines), ""];
  });
  return [
    ...lists,
    "Next:",
    `  ${again("dead-letters show")} <id>`,
    `  ${again("dead-letters redrive")} <id…> or --all, when the fault is mended`,
  ].join("\n");
}

/** One letter in full. */
export function deadLetterText({ letter }: DeadLetterResult, again: (command: string) => string): string {
  const { stage, id, objects, failures, body, why } = letter;
  return [
    `${id} of ${stage}`,
    ...(objects.length === 0 ? ["no S3 event"] : objects.map(({ bucket, key }) => `s3://${bucket}/${key}`)),
    `${times(letter)}`,
    "",
    ...(failures.length === 0
      ? wrapped(why, "  ")
      : failures.flatMap(({ at, delivery, error }) =>
          wrapped(`${at}  delivery ${delivery}: ${error}`, INDENT, "  "),
        )),
    ...(failures.length > 0 && failures.length < letter.deliveries
      ? wrapped(
          "The other deliveries logged no reason: the function was ended in them (time-out or out of memory).",
          "  ",
        )
      : []),
    "",
    pretty(body),
    "",
    `Next: ${again("dead-letters redrive")} ${id.slice(0, SHORT_ID)}`,
  ].join("\n");
}

/** What was moved, and what was not. */
export function redriveText({ moved, refused }: RedriveResult, again: (command: string) => string): string {
  const lost = refused.flatMap((letter) =>
    wrapped(`${letter.id.slice(0, SHORT_ID)} stays: ${letter.reason}`, INDENT, "  "),
  );
  if (moved.length + refused.length === 0) return "There was nothing to move.";
  const said = `${counted(moved.length)} ${moved.length === 1 ? "is" : "are"} back in the queue of ${stagesOf(moved)}.`;
  return [
    ...(moved.length > 0 ? [said] : []),
    ...lost,
    `${again("status")} shows what becomes of them.`,
  ].join("\n");
}

function lines(letter: ExplainedLetter): string[] {
  const { id, objects, why } = letter;
  const [first] = objects;
  const more = objects.length > 1 ? ` and ${objects.length - 1} more` : "";
  const object = first === undefined ? "no S3 event" : `s3://${first.bucket}/${first.key}${more}`;
  return [
    `  ${id.slice(0, SHORT_ID)}  ${times(letter)}`,
    `${INDENT}${object}`,
    ...wrapped(why, `${INDENT}  `, INDENT),
  ];
}

function times({ deliveries, since }: DeadLetter): string {
  return `${deliveries} deliveries, since ${since.slice(0, 19).replace("T", " ")} UTC`;
}

function stagesOf(letters: readonly DeadLetter[]): string {
  return [...new Set(letters.map(({ stage }) => stage))].join(", ");
}

function counted(count: number): string {
  return `${grouped(count)} dead letter${count === 1 ? "" : "s"}`;
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
