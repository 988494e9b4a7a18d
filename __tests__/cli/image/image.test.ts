import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { imageBuild, imagePush, type PushResult } from "../../../cli/image/image";
import { buildText, pushText } from "../../../cli/image/text";
import { TestFolder } from "../../support/folder";
import { FakeContext } from "../fake-context";
import { FakeEngine, FakeRegistry } from "./fake-engine";

jest.setTimeout(30_000); // real processes

const root = process.cwd();
const { PATH } = process.env;
const folder = new TestFolder();
folder.home();
const DIGEST = `sha256:${"a".repeat(64)}`;
const REPOSITORY = "111111111111.dkr.ecr.eu-central-1.amazonaws.com/atlas-dev-dashboard";
const SOURCES = ["Dockerfile", ".dockerignore", "gunicorn.conf.py", "requirements.txt", "app/wsgi.py"];

let engine: FakeEngine;
let registry: FakeRegistry;

const push = () => imagePush(new FakeContext(), {}, () => registry);
const again = (command: string) => `npx groundplan ${command} dev`;
const tagOf = ({ image }: { readonly image: string }) => image.slice(REPOSITORY.length + 1);

/** Changes the configuration of dev. */
function configured(dashboard: string): void {
  const rest =
    'project: atlas\naccount: "111111111111"\nregion: eu-central-1\nnetwork: { cidrBlock: 10.20.0.0/16 }\n';
  folder.file("config/environments/dev.yaml", `${rest}${dashboard}`);
}

beforeAll(() => {
  cpSync("config/environments", join(folder.path, "config", "environments"), { recursive: true });
  process.chdir(folder.path); // with sources and a configuration of its own
});
beforeEach(() => {
  for (const name of ["engine-calls", "pushed", "dashboard"])
    rmSync(join(folder.path, name), { recursive: true, force: true });
  for (const name of SOURCES) folder.file(`dashboard/${name}`, name);
  configured("dashboard: { domain: dashboard.example.com }\n");
  engine = new FakeEngine(folder);
  registry = new FakeRegistry(folder, DIGEST);
  Object.assign(process.env, engine.on("bin", "docker"));
});
afterAll(() => {
  process.chdir(root);
  process.env.PATH = PATH;
});

test("builds for the processor of the tasks, named by repository and sources", async () => {
  const result = await imageBuild(new FakeContext(), {});
  expect(result).toEqual({
    environment: "dev",
    engine: "docker",
    image: expect.stringMatching(new RegExp(`^${REPOSITORY}:[0-9a-f]{16}$`)),
    platform: "linux/arm64",
  });
  expect(engine.asked).toEqual([
    "docker info",
    `docker build --platform linux/arm64 --tag ${result.image} dashboard`,
  ]);
  expect(buildText(result, again)).toBe(
    `Built ${result.image} for linux/arm64.\nnpx groundplan image push dev brings it to the registry.`,
  );
});

test.each([...SOURCES, "app/pages/content.py"])("has another tag when %s changes", async (name) => {
  const first = tagOf(await imageBuild(new FakeContext(), {}));
  folder.file("dashboard/app/__pycache__/wsgi.cpython-311.pyc", "left behind");
  folder.file("dashboard/tests/test_wsgi.py", "not in the image");
  expect(tagOf(await imageBuild(new FakeContext(), {}))).toBe(first);
  folder.file(`dashboard/${name}`, "changed");
  expect(tagOf(await imageBuild(new FakeContext(), {}))).not.toBe(first);
});

test("pushes with a login that lasts, and says which lines to write", async () => {
  const result = await push();
  const { image } = result;
  expect(engine.asked.slice(1)).toEqual([
    `docker build --platform linux/arm64 --tag ${image} dashboard`,
    `docker login --username AWS --password-stdin ${REPOSITORY.split("/")[0]}`,
    "password: a:secret",
    `docker push ${image}`,
  ]);
  expect(registry).toMatchObject({ tags: [tagOf(result), tagOf(result)], closed: true });
  expect(result).toMatchObject({ environment: "dev", digest: DIGEST, pushed: true, named: false });
  expect(pushText(result)).toBe(
    `Pushed ${image}\n\nSet this in config/environments/dev.yaml, then deploy:\n\n  dashboard:\n    image: ${DIGEST}`,
  );
});

test("pushes the same sources once, and asks no engine the second time", async () => {
  const first = await push();
  const calls = engine.asked;
  const second = await push();
  expect(second).toEqual({ ...first, pushed: false });
  expect(engine.asked).toEqual(calls);
  expect(pushText(second)).toContain(`The registry has ${first.image} already: nothing was pushed.\n`);
});

test("says that the configuration names the digest already", async () => {
  configured(`dashboard: { domain: dashboard.example.com, image: "${DIGEST}" }\n`);
  const result = await push();
  expect(result.named).toBe(true);
  expect(pushText(result)).toBe(
    `Pushed ${result.image}\nconfig/environments/dev.yaml names its digest, ${DIGEST}.`,
  );
});

const refused = (work: Promise<PushResult>) => work.then(String, ({ details }) => details);

test("rejects an image that the registry does not know after the push", async () => {
  Object.assign(process.env, engine.on("bin", "docker", '[ "$1" = push ] && exit 0'));
  const { message } = await refused(push());
  expect(message).toMatch(/^docker has pushed .*, and the registry does not know it$/);
  expect(registry.closed).toBe(true);
});

test("rejects an environment of the embedded AWS, which keeps no images", async () => {
  const context = Object.assign(new FakeContext(), { embedded: true });
  expect(await refused(imagePush(context, {}, () => registry))).toEqual({
    message: "the embedded AWS keeps no images: the dashboard runs there from its sources",
    next: "npx groundplan up dev --embedded",
  });
});

test("rejects an environment without a dashboard", async () => {
  configured("");
  expect(await refused(push())).toEqual({
    message: "dev has no dashboard: config/environments/dev.yaml says nothing of one",
  });
});
