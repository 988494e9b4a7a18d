import { EventEmitter } from "node:events";
import { Interrupt } from "../../cli/interrupt";
import { Progress } from "../../cli/progress";
import type { CommandContext } from "../../cli/session";

/** What a command is given, with a terminal and signals that are none. */
export class FakeContext implements CommandContext {
  readonly environment = "dev";
  readonly embedded = false;
  readonly said: string[] = [];
  readonly end = jest.fn();
  readonly signals = new EventEmitter();
  readonly progress = new Progress({
    write: (text: string) => this.said.push(text) > 0,
  } as unknown as NodeJS.WriteStream);
  readonly interrupt = new Interrupt((line) => this.said.push(line), this.end, this.signals);
}
