import { type Shutdown, shutdownMistakes } from "../../../modules/ecs-service/service/shutdown";

const FITTING: Shutdown = {
  deregistrationDelaySeconds: 30,
  stopTimeoutSeconds: 30,
  serverGraceSeconds: 20,
  slowestRequestSeconds: undefined,
  spot: false,
};

const mistakes = (changes: Partial<Shutdown>) => shutdownMistakes({ ...FITTING, ...changes });

const numbers = ({ deregistrationDelaySeconds, stopTimeoutSeconds, serverGraceSeconds }: Shutdown) =>
  `(deregistrationDelaySeconds ${deregistrationDelaySeconds ?? "none"}, ` +
  `stopTimeoutSeconds ${stopTimeoutSeconds}, serverGraceSeconds ${serverGraceSeconds})`;

test.each<[string, Partial<Shutdown>]>([
  ["the defaults", {}],
  ["the defaults on Spot", { spot: true }],
  ["a server that ends a second before it is killed", { stopTimeoutSeconds: 30, serverGraceSeconds: 29 }],
  ["a server that ends at once", { serverGraceSeconds: 0 }],
  ["the longest stop", { stopTimeoutSeconds: 120, serverGraceSeconds: 119 }],
  ["the shortest stop", { stopTimeoutSeconds: 2, serverGraceSeconds: 1 }],
  ["no drain", { deregistrationDelaySeconds: 0 }],
  ["the longest drain", { deregistrationDelaySeconds: 3_600 }],
  ["all of Spot's notice", { spot: true, deregistrationDelaySeconds: 90 }],
  ["a drain of its own length off Spot", { deregistrationDelaySeconds: 91 }],
  ["requests as slow as the drain", { slowestRequestSeconds: 30 }],
  ["requests as slow as the server's grace, on Spot", { slowestRequestSeconds: 20, spot: true }],
  ["no balancer", { deregistrationDelaySeconds: undefined, slowestRequestSeconds: 20 }],
  [
    "no balancer, on Spot",
    { spot: true, deregistrationDelaySeconds: undefined, stopTimeoutSeconds: 120, serverGraceSeconds: 110 },
  ],
])("admits %s", (_, changes) => {
  expect(mistakes(changes)).toEqual([]);
});

const DELAY = "deregistrationDelaySeconds must be a whole number of 0 to 3600, the balancer's own limit";
const STOP = "stopTimeoutSeconds must be a whole number of 2 to 120, Fargate's own limit";
const GRACE =
  "serverGraceSeconds must be a whole number from 0 and below stopTimeoutSeconds, or the server is killed before it has ended";
const SPOT =
  "deregistrationDelaySeconds + stopTimeoutSeconds must be 120 or less on Spot, which gives no more notice";
const DRAINED =
  "slowestRequestSeconds must be deregistrationDelaySeconds or less, or the balancer cuts off what it drains";
const cutOff = (where: string) =>
  `slowestRequestSeconds must be serverGraceSeconds or less ${where}, where SIGTERM comes before the drain`;

test.each<[string, Partial<Shutdown>, string, number]>([
  ["a server that is killed as it ends", { serverGraceSeconds: 30 }, GRACE, 30],
  ["a server that outlives its task", { serverGraceSeconds: 65 }, GRACE, 65],
  ["a part of a second of grace", { serverGraceSeconds: 0.5 }, GRACE, 0.5],
  ["less grace than none", { serverGraceSeconds: -1 }, GRACE, -1],
  ["a longer stop than Fargate's", { stopTimeoutSeconds: 121 }, STOP, 121],
  ["a drain of minus a second", { deregistrationDelaySeconds: -1 }, DELAY, -1],
  ["a longer drain than the balancer's", { deregistrationDelaySeconds: 3_601 }, DELAY, 3_601],
  ["more than Spot's notice", { spot: true, deregistrationDelaySeconds: 91 }, SPOT, 121],
  ["AWS's own drain on Spot", { spot: true, deregistrationDelaySeconds: 300 }, SPOT, 330],
  ["requests slower than the drain", { slowestRequestSeconds: 31 }, DRAINED, 31],
  [
    "requests slower than the server's grace, on Spot",
    { slowestRequestSeconds: 21, spot: true },
    cutOff("on Spot"),
    21,
  ],
  [
    "requests slower than the server's grace, without a balancer",
    { deregistrationDelaySeconds: undefined, slowestRequestSeconds: 21 },
    cutOff("without a balancer"),
    21,
  ],
])("rejects %s", (_, changes, rule, value) => {
  const shutdown = { ...FITTING, ...changes };
  expect(shutdownMistakes(shutdown)).toEqual([`${rule}, got ${value} ${numbers(shutdown)}`]);
});

test("rejects all that does not fit at once", () => {
  const shutdown = {
    ...FITTING,
    ...{ deregistrationDelaySeconds: 300, stopTimeoutSeconds: 1, serverGraceSeconds: 30 },
    ...{ slowestRequestSeconds: 400, spot: true },
  };
  expect(shutdownMistakes(shutdown)).toEqual([
    `${STOP}, got 1 ${numbers(shutdown)}`,
    `${GRACE}, got 30 ${numbers(shutdown)}`,
    `${SPOT}, got 301 ${numbers(shutdown)}`,
    `${DRAINED}, got 400 ${numbers(shutdown)}`,
    `${cutOff("on Spot")}, got 400 ${numbers(shutdown)}`,
  ]);
});
