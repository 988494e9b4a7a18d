import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { homeOf } from "../../config/home";
import { startEmbedded, stopEmbedded } from "../../local/embedded";
import { healthAt } from "../../local/emulator";
import { MOTO } from "../../local/moto";
import { isFree } from "../../local/port";
import { embeddedPython } from "../../local/python";
import { TestFolder } from "../support/folder";
import { Moto } from "../support/moto";
import { EC2_GAPS } from "../support/moto-ec2-gaps";
import { EMR_GAPS, EMR_SERVERLESS_GAPS } from "../support/moto-emr-gaps";
import { ECS_GAPS, ELB_GAPS, SCALING_GAPS, SETTING_GAPS } from "../support/moto-service-gaps";
import { unsigned } from "../support/query-service";

jest.setTimeout(300_000);

const GAPS = Object.entries({
  ...{ ...EC2_GAPS, ...ECS_GAPS, ...ELB_GAPS, ...EMR_GAPS, ...EMR_SERVERLESS_GAPS },
  ...{ ...SCALING_GAPS, ...SETTING_GAPS },
});

const place = { accountId: "111122223333", region: "eu-central-1" };
afterAll(() => stopEmbedded("local")); // before the folder's own, which removes what says where it runs
const folder = new TestFolder();
folder.home();

let controlPlane: string;
let stock: ChildProcess;
let unchanged: Moto;
let closed: Moto;

beforeAll(async () => {
  const { endpoints } = await startEmbedded("local", place);
  controlPlane = endpoints.controlPlane;
  closed = new Moto(controlPlane, place);
  const port = await freePort(Number(new URL(endpoints.controlPlane).port));
  const log = openSync(join(folder.path, "moto.log"), "w");
  stock = spawn(await embeddedPython(), ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
    env: { PATH: process.env.PATH, HOME: folder.path, MOTO_ACCOUNT_ID: place.accountId },
    stdio: ["ignore", log, log],
    timeout: 170_000,
  });
  closeSync(log);
  unchanged = new Moto(`http://127.0.0.1:${port}`, place);
  while ((await healthAt(port, "/moto-api/")) === undefined) await pause(100); // or the test's time-out
});

afterAll(async () => {
  const ended = new Promise((done) => stock.once("exit", done));
  if (stock.kill()) await ended;
});

async function freePort(after: number): Promise<number> {
  for (let port = after + 1; ; port++) if (await isFree(port)) return port;
}

test.each(GAPS)("%s", async (_, { call, answer }) => {
  expect(await call(closed)).toMatchObject(answer);
});

test.each(GAPS)("is needed, as an unchanged moto does not do it: %s", async (_, { call, answer }) => {
  expect(await call(unchanged)).not.toMatchObject(answer);
});

/** Of each service that a stack of ours has something in, what there is. */
async function inventory(moto: Moto) {
  const { ecs, scaling, balancers, certificates, firewall, namespaces, emr, serverless } = moto;
  const { clusterArns } = await ecs.call("ListClusters", {});
  const names = (clusterArns as readonly string[]).map((arn) => arn.split("/")[1]);
  const services = names.map((name) => ecs.call("DescribeServices", { cluster: name, services: [name] }));
  const { ScalableTargets } = await scaling.call("DescribeScalableTargets", { ServiceNamespace: "ecs" });
  const { RequestId: _, ...balancer } = await balancers.call("DescribeLoadBalancers", {});
  const { Clusters } = await emr.call("ListClusters", {});
  const ofClusters = (action: string) =>
    Promise.all(
      (Clusters as readonly { readonly Id: string }[]).map(({ Id }) => emr.call(action, { ClusterId: Id })),
    );
  const [target] = ScalableTargets as readonly { readonly ScalableTargetARN: string }[];
  return {
    services: await Promise.all(services),
    targets: { ScalableTargets },
    tags: await scaling.call("ListTagsForResource", { ResourceARN: target?.ScalableTargetARN }),
    balancer,
    certificates: await certificates.call("ListCertificates", {}),
    firewalls: await firewall.call("ListWebACLs", { Scope: "REGIONAL" }),
    namespaces: await namespaces.call("ListNamespaces", {}),
    fleets: await ofClusters("ListInstanceFleets"),
    policies: await ofClusters("GetManagedScalingPolicy"),
    applications: await serverless.call("GET", "/applications"),
  };
}

test("keeps over a stop what the rows have made, and more", async () => {
  const VisibilityConfig = {
    SampledRequestsEnabled: true,
    CloudWatchMetricsEnabled: true,
    MetricName: "all",
  };
  const acl = { Name: "acl", Scope: "REGIONAL", DefaultAction: { Allow: {} }, Rules: [], VisibilityConfig };
  await closed.firewall.call("CreateWebACL", acl);
  await closed.namespaces.call("CreateHttpNamespace", { Name: "atlas", CreatorRequestId: "1" });
  const before = await inventory(closed);
  expect(before).toMatchObject({
    services: expect.arrayContaining([
      expect.objectContaining({ services: [expect.objectContaining({ enableExecuteCommand: true })] }),
    ]),
    tags: { Tags: { project: "atlas" } },
    balancer: { LoadBalancerArn: expect.anything() },
    certificates: { CertificateSummaryList: [{ Status: "ISSUED" }] },
    firewalls: { WebACLs: [{ Name: "acl" }] },
    namespaces: { Namespaces: [{ Name: "atlas" }] },
    fleets: expect.arrayContaining([{ InstanceFleets: [expect.objectContaining({ Name: "core" })] }]),
    policies: expect.arrayContaining([{ ManagedScalingPolicy: expect.anything() }]),
    applications: { applications: expect.arrayContaining([expect.objectContaining({ name: "row" })]) },
  });
  await stopEmbedded("local");
  expect(readFileSync(join(homeOf("local"), MOTO.logName), "utf8")).not.toContain("cannot pickle");
  await startEmbedded("local", place);
  expect(await inventory(closed)).toEqual(before);
});

test("gives the second attempt of a call the answer of its first one", async () => {
  const attempt = async (call: string, number: number) => {
    const headers = {
      authorization: unsigned(place, "ec2"),
      "amz-sdk-invocation-id": call,
      "amz-sdk-request": `attempt=${number}; max=3`,
    };
    const names = { GroupName: "retried", GroupDescription: "made once" };
    const body = new URLSearchParams({ Action: "CreateSecurityGroup", Version: "2016-11-15", ...names });
    return (await fetch(controlPlane, { method: "POST", headers, body })).text();
  };
  const first = await attempt("call-1", 1);
  expect(first).toContain("<groupId>sg-");
  expect(await attempt("call-1", 2)).toBe(first);
  expect(await attempt("call-2", 1)).toContain("InvalidGroup.Duplicate");
});
