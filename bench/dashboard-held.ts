import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { HEALTH_PATH } from "./dashboard-requests";

/** `idle` sends nothing more, `half-sent` is in the middle of a request. */
export type Held = "idle" | "half-sent";

const HEALTH_CHECK = `GET ${HEALTH_PATH} HTTP/1.1\r\nHost: dashboard\r\n\r\n`;
const HALF_HEADER = "GET / HTTP/1.1\r\nHost: dashboard\r\nX-Half: ";
/** To the address that every control of a Dash page posts to, which reads its body. */
const HALF_BODY = [
  "POST /_dash-update-component HTTP/1.1\r\nHost: dashboard\r\nContent-Type: application/json\r\n",
  'Content-Length: 1000\r\n\r\n{"output": "half',
].join("");

/** What is sent on every second connection, in turns. */
const SENT: Readonly<Record<Held, readonly [string, string]>> = {
  idle: ["", HEALTH_CHECK],
  "half-sent": [HALF_HEADER, HALF_BODY],
};

/** Before a connection that the server has closed is made anew. */
const AGAIN_MS = 200;

/** Connections that are held open, always as many: what the server closes is opened again. */
export class HeldConnections {
  private readonly sockets = new Set<Socket>();
  private isHolding = true;
  /** How many the server has closed. */
  closed = 0;

  private constructor(
    private readonly port: number,
    private readonly held: Held,
  ) {}

  /** Opens `count` connections, and is there when all of them are. */
  static async open(port: number, held: Held, count: number): Promise<HeldConnections> {
    const connections = new HeldConnections(port, held);
    await Promise.all(Array.from({ length: count }, (_, at) => connections.hold(at)));
    return connections;
  }

  /** Those that are open now. */
  get count(): number {
    return this.sockets.size;
  }

  /** Closes all, as a balancer does after its idle time-out. */
  close(): void {
    this.isHolding = false;
    for (const socket of this.sockets) socket.destroy();
  }

  private hold(at: number): Promise<void> {
    const socket = connect({ host: "127.0.0.1", port: this.port });
    socket.once("close", () => this.lost(socket, at));
    socket.on("error", () => {}); // "close" follows
    socket.resume();
    return new Promise((done) => {
      socket.once("close", () => done());
      socket.once("connect", () => {
        this.sockets.add(socket);
        const sent = SENT[this.held][at % 2 === 0 ? 0 : 1];
        if (sent !== "") socket.write(sent);
        done();
      });
    });
  }

  private async lost(socket: Socket, at: number): Promise<void> {
    this.sockets.delete(socket);
    if (!this.isHolding) return;
    this.closed += 1;
    await pause(AGAIN_MS, undefined, { ref: false });
    // A server that closes after its answer leaves only silent connections to be held.
    if (this.isHolding) await this.hold(this.held === "idle" ? 0 : at);
  }
}
