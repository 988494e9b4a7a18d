import { randomInt } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { embeddedFile, embeddedPorts, home } from "../config/home";
import { EmbeddedError } from "./embedded-error";

/** Below the ports that systems give out by themselves (32768 and up, 49152 and up), above those that are well known. */
const PORTS = { from: 20_000, below: 30_000 } as const;
const ATTEMPTS = 50;

/** Whether a process could listen on that port of the loopback interface. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => done(true)));
  });
}

/**
 * A port that nobody listens on, and that no environment's embedded AWS keeps.
 *
 * @param whose for the message
 * @param besides ports that are chosen and not recorded yet
 * @throws EmbeddedError when none was found
 */
export async function freePort(whose: string, besides: readonly number[] = []): Promise<number> {
  const taken = new Set([...portsOfAll(), ...besides]);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new EmbeddedError(
    `no free port for ${whose} in ${ATTEMPTS} tries of ${PORTS.from} to ${PORTS.below - 1}: end processes that listen there and try again`,
  );
}

/** Ports of all environments, which may not run now. */
function portsOfAll(): number[] {
  if (!existsSync(home())) return [];
  const folders = readdirSync(home(), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const environments = folders.map(({ name }) => name).filter((name) => existsSync(embeddedFile(name)));
  return environments.flatMap((name) => Object.values(embeddedPorts(name)));
}
