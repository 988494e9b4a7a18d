import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Balancer } from "../../bench/dashboard-balancer";
import { ask, HEALTH_PATH, keepingAlive } from "../../bench/dashboard-requests";

const servers: Server[] = [];
const balancers: Balancer[] = [];
afterEach(() => {
  for (const balancer of balancers.splice(0)) balancer.close();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function balance(): Promise<Balancer> {
  const balancer = await Balancer.start();
  balancers.push(balancer);
  return balancer;
}

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

/** A healthy instance that answers its pages as told. */
const instance = (page: RequestListener): Promise<number> =>
  listening(
    createServer((incoming, outgoing) =>
      incoming.url === HEALTH_PATH ? outgoing.end() : page(incoming, outgoing),
    ),
  );

/** Answers with a status, so that it can be told who answered. */
const saying =
  (status: number): RequestListener =>
  (_incoming, outgoing) =>
    outgoing.writeHead(status).end();

const page = async ({ port }: Balancer): Promise<string> => (await ask(port, { path: "/" }, 5)).outcome;

test("sends requests to healthy targets in turns", async () => {
  const balancer = await balance();
  for (const status of [201, 202]) await balancer.add(await instance(saying(status)));
  const outcomes = [await page(balancer), await page(balancer), await page(balancer), await page(balancer)];
  expect(outcomes.sort()).toEqual(["201", "201", "202", "202"]);
});

test("sends requests to healthy targets only, while there is one", async () => {
  const balancer = await balance();
  let isHealthy = true;
  const sick = createServer((_incoming, outgoing) => outgoing.writeHead(isHealthy ? 200 : 503).end());
  const target = await balancer.add(await listening(sick));
  await balancer.add(await instance(saying(202)));
  isHealthy = false;
  while (target.isHealthy) await pause(50);
  expect([await page(balancer), await page(balancer), await page(balancer)]).toEqual(["202", "202", "202"]);
});

test("sends nothing more to a target that drains, and waits for what is under way there", async () => {
  const balancer = await balance();
  const slow = await balancer.add(
    await instance((_incoming, outgoing) => setTimeout(() => outgoing.writeHead(201).end(), 2_000)),
  );
  const first = page(balancer);
  await pause(100);
  await balancer.add(await instance(saying(202)));
  let isDrained = false;
  const drained = balancer.drain(slow, 30).then(() => {
    isDrained = true;
  });
  expect([await page(balancer), await page(balancer), await page(balancer)]).toEqual(["202", "202", "202"]);
  expect([isDrained, slow.inFlight]).toEqual([false, 1]);
  expect(await first).toBe("201");
  await drained;
  expect(slow.inFlight).toBe(0);
});

test("waits for a target no longer than the deregistration delay", async () => {
  const balancer = await balance();
  const target = await balancer.add(await instance(() => {}));
  page(balancer);
  await pause(100);
  const start = performance.now();
  await balancer.drain(target, 0.5);
  expect(performance.now() - start).toBeLessThan(3_000);
  expect(target.inFlight).toBe(1);
});

test("answers 502, and repeats nothing, when a target breaks off", async () => {
  let asked = 0;
  const balancer = await balance();
  await balancer.add(
    await instance((incoming) => {
      asked += 1;
      incoming.socket.destroy();
    }),
  );
  expect(await page(balancer)).toBe("502");
  expect(asked).toBe(1);
});

test("answers 503 without a target", async () => {
  expect(await page(await balance())).toBe("503");
});

test("keeps connections to a target for the next request", async () => {
  const ports = new Set<number | undefined>();
  const balancer = await balance();
  await balancer.add(
    await instance((incoming, outgoing) => {
      ports.add(incoming.socket.remotePort);
      outgoing.end();
    }),
  );
  const agent = keepingAlive();
  for (const _ of [1, 2, 3]) await ask(balancer.port, { path: "/" }, 5, agent);
  agent.destroy();
  expect(ports.size).toBe(1);
});
