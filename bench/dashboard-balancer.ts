import {
  type Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { checkHealth, keepingAlive } from "./dashboard-requests";

/** Between two checks; an Application Load Balancer has at least 5 s, which a bench need not wait for. */
const CHECK_EVERY_MS = 500;
/** Checks in a row that change the mind of the balancer. */
const THRESHOLD = 2;
/** A target that is silent for so long gets requests when no other is healthy. */
const HEALTHY_SECONDS = 30;

/** An instance behind the balancer. */
export interface Target {
  readonly port: number;
  /** Its connections are kept for later requests, and never closed by the balancer. */
  readonly agent: Agent;
  isHealthy: boolean;
  isDraining: boolean;
  inFlight: number;
  /** Checks in a row with the same result; below zero when they failed. */
  streak: number;
}

/**
 * A small load balancer that does with its targets what an Application Load Balancer does: it checks their health, sends
 * requests in turns to those that are healthy (to all when none is), repeats no request, and drains.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export class Balancer {
  private readonly targets: Target[] = [];
  private turn = 0;
  private isOpen = true;

  private constructor(private readonly server: Server) {
    server.on("request", (incoming, outgoing) => this.forward(incoming, outgoing));
  }

  static async start(): Promise<Balancer> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new Balancer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Adds a target and waits until it is found healthy, or for `HEALTHY_SECONDS`. */
  async add(port: number): Promise<Target> {
    const state = { isHealthy: false, isDraining: false, inFlight: 0, streak: 0 };
    const target: Target = { port, agent: keepingAlive(), ...state };
    this.targets.push(target);
    this.watch(target);
    const deadline = Date.now() + HEALTHY_SECONDS * 1000;
    while (!target.isHealthy && Date.now() < deadline) await pause(CHECK_EVERY_MS / 10);
    return target;
  }

  /** Sends nothing more to a target and waits for what is under way there, `delaySeconds` at most: the deregistration delay. */
  async drain(target: Target, delaySeconds: number): Promise<void> {
    target.isDraining = true;
    const deadline = Date.now() + delaySeconds * 1000;
    while (target.inFlight > 0 && Date.now() < deadline) await pause(CHECK_EVERY_MS / 10);
    this.targets.splice(this.targets.indexOf(target), 1);
  }

  close(): void {
    this.isOpen = false;
    this.server.close();
    this.server.closeAllConnections();
    for (const { agent } of this.targets) agent.destroy();
  }

  private async watch(target: Target): Promise<void> {
    while (this.isOpen && !target.isDraining) {
      const sign = (await checkHealth(target.port)) ? 1 : -1;
      target.streak = Math.sign(target.streak) === sign ? target.streak + sign : sign;
      if (Math.abs(target.streak) >= THRESHOLD) target.isHealthy = sign > 0;
      await pause(CHECK_EVERY_MS, undefined, { ref: false });
    }
  }

  private choose(): Target | undefined {
    const open = this.targets.filter(({ isDraining }) => !isDraining);
    const healthy = open.filter(({ isHealthy }) => isHealthy);
    const among = healthy.length > 0 ? healthy : open;
    this.turn += 1;
    return among[this.turn % among.length];
  }

  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const target = this.choose();
    if (target === undefined) return void outgoing.writeHead(503).end();
    target.inFlight += 1;
    outgoing.once("close", () => {
      target.inFlight -= 1;
    });
    const { url, method, headers } = incoming;
    const { connection, ...others } = headers;
    const options = { host: "127.0.0.1", port: target.port, path: url, method, headers: others };
    const onward = request({ ...options, agent: target.agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.once("error", () => outgoing.destroy());
    });
    onward.once("error", () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    });
    incoming.pipe(onward);
  }
}
