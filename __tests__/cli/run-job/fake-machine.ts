import { gzipSync } from "node:zlib";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { Clients } from "../../../cli/clients";

type Input = Readonly<Record<string, unknown>>;
interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Input;
}

/** How far a run is, as Step Functions says it. */
export interface FakeLook {
  readonly status: string;
  readonly error?: string;
  readonly cause?: string;
  readonly events?: readonly HistoryEvent[];
}

const PREFIX = "atlas-dev-spark/logs/j-1ABCDEFGHIJKL/";

/** The state machine and the log bucket of an AWS, as the command calls them. */
export class FakeMachine {
  /** What each look at the run finds; the last one stays. */
  looks: FakeLook[] = [];
  /** What was started. */
  readonly started: Input[] = [];
  /** Names of errors, by call. */
  readonly errors = new Map<string, string>();
  /** Called before each look. */
  onLook: () => void = () => {};
  readonly objects = new Map<string, Buffer>();
  private look: FakeLook = { status: "RUNNING" };

  get clients(): Clients {
    const client = async () => ({ send: async (command: Command) => this.answer(command) });
    const objectExists = async (_: string, key: string) => this.objects.has(key);
    return { sfn: client, s3: client, objectExists, close: () => {} } as unknown as Clients;
  }

  /** Puts a log where EMR does. */
  log(key: string, text: string): void {
    this.objects.set(`${PREFIX}${key}`, gzipSync(text));
  }

  private answer({ constructor: { name }, input }: Command): unknown {
    const call = name.replace(/Command$/, "");
    const error = this.errors.get(call);
    if (error !== undefined) throw Object.assign(new Error(`${error} said AWS`), { name: error });
    const answers: Record<string, () => unknown> = {
      StartExecution: () => this.started.push(input),
      DescribeExecution: () => {
        this.onLook();
        this.look = this.looks.shift() ?? this.look;
        const { status, error, cause } = this.look;
        return { status, error, cause, startDate: new Date(0), stopDate: new Date(61_500) };
      },
      GetExecutionHistory: () => {
        const { events = [] } = this.look; // one on each page
        const at = Number(input.nextToken ?? 0);
        const more = at + 1 < events.length ? { nextToken: String(at + 1) } : {};
        return { events: events.slice(at, at + 1), ...more };
      },
      PutObject: () => this.objects.set(String(input.Key), input.Body as Buffer),
      GetObject: () => ({ Body: { transformToByteArray: async () => this.objects.get(String(input.Key)) } }),
      ListObjectsV2: () => ({
        Contents: [...this.objects.keys()]
          .filter((key) => key.startsWith(String(input.Prefix)))
          .map((Key) => ({ Key })),
      }),
    };
    return answers[call]?.();
  }
}
