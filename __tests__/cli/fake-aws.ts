import type { Clients } from "../../cli/clients";

/** A message in a fake queue. */
export interface FakeMessage {
  readonly id: string;
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  hidden?: boolean;
}

interface Entry {
  readonly Id: string;
  readonly MessageBody?: string;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

type Input = Record<string, unknown> & { readonly QueueUrl?: string; readonly Entries?: readonly Entry[] };
interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Input;
}

/** Queues, a log and a bucket as the commands call them, in this process. */
export class FakeAws {
  readonly queues = new Map<string, FakeMessage[]>();
  readonly logLines: { readonly timestamp: number; readonly message: string }[] = [];
  readonly objects: { Key: string; ETag: string; Size: number; LastModified: Date }[] = [];
  /** Names of the calls, in their order. */
  readonly calls: string[] = [];
  /** Called before each call, with its name. */
  before: (call: string) => void = () => {};
  /** Bodies that SQS does not take, with whose fault it is. */
  readonly refused = new Map<string, { readonly times: number; readonly SenderFault: boolean }>();
  private sent = 0;

  get clients(): Clients {
    const send = async (command: Command) => this.answer(command);
    const client = async () => ({ send, config: {} });
    return { sqs: client, logs: client, s3: client, close: () => {} } as unknown as Clients;
  }

  /** A queue's bodies that are visible. */
  visible(name: string): string[] {
    return (this.queues.get(name) ?? []).filter(({ hidden }) => hidden !== true).map(({ body }) => body);
  }

  answer({ constructor: { name }, input }: Command): unknown {
    const call = name.replace(/Command$/, "");
    this.calls.push(call);
    this.before(call);
    const answers: Record<string, (input: Input) => unknown> = {
      GetQueueUrl: ({ QueueName }) => {
        if (this.queues.has(String(QueueName))) return { QueueUrl: QueueName };
        throw Object.assign(new Error("no such queue"), { name: "QueueDoesNotExist" });
      },
      GetQueueAttributes: (asked) => ({
        Attributes: {
          RedrivePolicy: '{"maxReceiveCount":"5"}',
          ApproximateNumberOfMessages: String(this.queueOf(asked).length),
        },
      }),
      ReceiveMessage: (asked) => this.receive(asked),
      ChangeMessageVisibilityBatch: (asked) => {
        for (const message of this.named(asked)) message.hidden = false;
        return {};
      },
      SendMessageBatch: (asked) => this.sendBatch(asked),
      DeleteMessageBatch: (asked) => {
        const gone = this.named(asked);
        this.queues.set(
          String(asked.QueueUrl),
          this.queueOf(asked).filter((one) => !gone.includes(one)),
        );
        return {};
      },
      FilterLogEvents: () => ({ events: this.logLines }),
      ListObjectsV2: ({ Prefix, StartAfter = "" }) => ({
        Contents: this.objects.filter(
          ({ Key }) => Key.startsWith(String(Prefix)) && Key > String(StartAfter),
        ),
      }),
    };
    const answer = answers[call];
    if (answer === undefined) throw new Error(`${call} is not faked`);
    return answer(input);
  }

  private receive(asked: Input): unknown {
    const found = this.queueOf(asked)
      .filter(({ hidden }) => hidden !== true)
      .slice(0, Number(asked.MaxNumberOfMessages));
    for (const message of found) message.hidden = asked.VisibilityTimeout !== 0;
    const Messages = found.map(({ id, body, sentAt }) => ({
      ...{ MessageId: id, ReceiptHandle: `receipt ${id}`, Body: body },
      Attributes: { SentTimestamp: String(sentAt) },
    }));
    return { Messages };
  }

  private sendBatch(asked: Input): unknown {
    const Failed: unknown[] = [];
    for (const { Id, MessageBody = "" } of asked.Entries ?? []) {
      const refusal = this.refused.get(MessageBody);
      if (refusal === undefined || refusal.times === 0) {
        this.sent += 1;
        this.queueOf(asked).push({ id: `sent-${this.sent}`, body: MessageBody, sentAt: 0 });
      } else {
        this.refused.set(MessageBody, { ...refusal, times: refusal.times - 1 });
        Failed.push({ Id, Code: "Refused", Message: "not now", SenderFault: refusal.SenderFault });
      }
    }
    return { Failed };
  }

  private queueOf({ QueueUrl }: Input): FakeMessage[] {
    return this.queues.get(String(QueueUrl)) ?? [];
  }

  private named(asked: Input): FakeMessage[] {
    const receipts = (asked.Entries ?? []).map(({ ReceiptHandle }) => ReceiptHandle);
    return this.queueOf(asked).filter(({ id }) => receipts.includes(`receipt ${id}`));
  }
}
