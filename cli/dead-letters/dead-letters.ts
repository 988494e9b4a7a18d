import type { PlatformConfig } from "../../config/load";
import type { Clients } from "../clients";
import { CommandError, InterruptedError } from "../failure";
import { calm } from "../progress";
import { type CommandContext, runningConfigOf, typed, withClients } from "../session";
import { StageQueues } from "../stage-queues";
import type { Stage } from "../stages";
import { chosen } from "./choice";
import { type DeadLetter, type ExplainedLetter, type ReceivedLetter, toldOf } from "./dead-letter";
import { DeadLetterQueue } from "./dead-letter-queue";
import { type FoundFailures, failuresOf, whyOf } from "./failure-log";

export interface DeadLettersOptions {
  /** Only the letters of this stage. @default those of all */
  readonly stage?: Stage;
}

export interface DeadLettersResult {
  readonly environment: string;
  /** By stage, then the oldest first. */
  readonly letters: readonly ExplainedLetter[];
}

export interface DeadLetterResult {
  readonly environment: string;
  /** With the message itself, as it was sent. */
  readonly letter: ExplainedLetter & { readonly body: string };
}

export interface RedriveOptions extends DeadLettersOptions {
  /** Ids, or beginnings of ids; none with `all`. */
  readonly ids: readonly string[];
  readonly all: boolean;
}

export interface RedriveResult {
  readonly environment: string;
  readonly moved: readonly DeadLetter[];
  /** Letters that SQS would not take back: they stay where they were. */
  readonly refused: readonly (DeadLetter & { readonly reason: string })[];
}

/** Every dead letter with its reason. */
export async function deadLetters(
  context: CommandContext,
  options: DeadLettersOptions,
): Promise<DeadLettersResult> {
  return withLetters(context, options, async ({ config, clients, queues }) => {
    const letters = await Promise.all(
      queues.map(async ({ stage, letters }) => {
        const [oldest] = letters;
        if (oldest === undefined) return [];
        const log = await failuresOf(config, clients, stage, Date.parse(oldest.since));
        return letters.map((letter) => explained(letter, log));
      }),
    );
    return { environment: config.environment, letters: letters.flat() };
  });
}

/**
 * One dead letter in full.
 *
 * @throws CommandError when the id chooses none or several
 */
export async function deadLetter(
  context: CommandContext,
  id: string,
  options: DeadLettersOptions,
): Promise<DeadLetterResult> {
  return withLetters(context, options, async ({ config, clients, queues }) => {
    const letters = queues.flatMap((queue) => queue.letters);
    const [letter] = chosen(letters, [id], typed("dead-letters", context));
    if (letter === undefined) throw new RangeError(`${id} chose no letter`);
    const log = await failuresOf(config, clients, letter.stage, Date.parse(letter.since), letter.id);
    return { environment: config.environment, letter: { ...explained(letter, log), body: letter.body } };
  });
}

/**
 * Moves dead letters back to the queues of their stages.
 *
 * @throws CommandError when an id chooses none or several letters, before anything is moved; InterruptedError when the
 * user stops it: what was not moved is where it was
 */
export async function redrive(context: CommandContext, options: RedriveOptions): Promise<RedriveResult> {
  const { interrupt, progress } = context;
  const { ids, all } = options;
  const lists = typed("dead-letters", context);
  if (all === ids.length > 0) {
    throw new CommandError({
      message: all ? "--all moves every letter: name no ids with it" : "name the letters to move, or --all",
      next: `${lists} lists them`,
    });
  }
  return withLetters(context, options, async ({ config, queues }) => {
    const listed = queues.flatMap((queue) => queue.letters);
    const wanted = new Set(all ? listed : chosen(listed, ids, lists));
    const moved: DeadLetter[] = [];
    const refused: RedriveResult["refused"][number][] = [];
    await progress.step("redrive", async (loud) => {
      const step = calm(loud);
      for (const queue of queues) {
        for await (const batch of queue.moveBack(queue.letters.filter((letter) => wanted.has(letter)))) {
          moved.push(...batch.moved.map(toldOf));
          refused.push(...batch.refused.map(({ message, reason }) => ({ ...toldOf(message), reason })));
          step.update(`${moved.length} of ${wanted.size} moved`);
          if (interrupt.isAsked && moved.length + refused.length < wanted.size) {
            throw new InterruptedError(
              `stopped: ${moved.length} of ${wanted.size} letters are back in their queues, the others are where they were`,
              all
                ? typed("dead-letters redrive", context, stageOption(options), "--all")
                : `${lists} lists the others`,
            );
          }
        }
      }
      return [undefined, `${moved.length} of ${wanted.size} moved`] as const;
    });
    return { environment: config.environment, moved, refused };
  });
}

interface Opened {
  readonly config: PlatformConfig;
  readonly clients: Clients;
  /** One for each stage that is deployed and was asked for, with its letters. */
  readonly queues: readonly DeadLetterQueue[];
}

/** Receives the letters, works with them, and makes those that were not moved visible again. */
async function withLetters<T>(
  context: CommandContext,
  { stage: only }: DeadLettersOptions,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const { progress, interrupt } = context;
  const config = await runningConfigOf(context);
  return withClients(config, (clients) =>
    interrupt.looping(async () => {
      const queues = (await new StageQueues(config, clients).counts())
        .filter((queue) => !("missing" in queue) && (only === undefined || queue.stage === only))
        .map(({ stage }) => new DeadLetterQueue(config, clients, stage));
      try {
        await progress.step("dead letters", async (loud) => {
          const step = calm(loud);
          const count = () => queues.reduce((sum, { letters }) => sum + letters.length, 0);
          const received = await Promise.allSettled(
            queues.map((queue) =>
              queue.receive(
                () => step.update(`${count()} read`),
                () => interrupt.isAsked,
              ),
            ),
          );
          for (const one of received) if (one.status === "rejected") throw one.reason;
          interrupt.check();
          return [undefined, `${count()} read`] as const;
        });
        return await work({ config, clients, queues });
      } finally {
        await Promise.all(queues.map((queue) => queue.release()));
      }
    }),
  );
}

function explained(letter: ReceivedLetter, { failures, incomplete }: FoundFailures): ExplainedLetter {
  const own = failures.get(letter.id) ?? [];
  return { ...toldOf(letter), why: whyOf(own, incomplete), failures: own };
}

function stageOption({ stage }: DeadLettersOptions): string {
  return stage === undefined ? "" : `--stage ${stage}`;
}
