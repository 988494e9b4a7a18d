import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { EcrRegistry } from "../../../cli/image/registry";
import { loadConfig } from "../../../config/load";

jest.setTimeout(30_000); // the SDK is loaded

/** What ECR is asked, and what it answers. */
let asked: { readonly target: string; readonly body: unknown }[] = [];
let answer: { readonly status: number; readonly body: object };
let server: Server;
let registry: EcrRegistry;

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const target = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
      asked.push({ target, body: JSON.parse(text) });
      response.writeHead(answer.status, {
        "content-type": "application/x-amz-json-1.1",
        connection: "close",
      });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_ECR: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
});
beforeEach(() => {
  asked = [];
  registry = new EcrRegistry(loadConfig("dev"));
});
afterEach(() => registry.close());
afterAll(() => new Promise((done) => server.close(done)));

const fails = (name: string) => {
  answer = { status: 400, body: { __type: name, message: `${name} said` } };
};
const failure = (work: Promise<unknown>) => work.then(String, ({ details }) => details);

test("knows the digest of a tag, in the environment's own account", async () => {
  answer = { status: 200, body: { imageDetails: [{ imageDigest: "sha256:1" }] } };
  expect(await registry.digestOf("1234")).toBe("sha256:1");
  expect(asked).toEqual([
    {
      target: "DescribeImages",
      body: {
        registryId: "111111111111",
        repositoryName: "atlas-dev-dashboard",
        imageIds: [{ imageTag: "1234" }],
      },
    },
  ]);
});

test("knows no digest of a tag that is not there", async () => {
  fails("ImageNotFoundException");
  expect(await registry.digestOf("1234")).toBeUndefined();
});

test("gives the user and the password of its token", async () => {
  const authorizationToken = Buffer.from("AWS:a:secret").toString("base64");
  answer = { status: 200, body: { authorizationData: [{ authorizationToken }] } };
  expect(await registry.signIn()).toEqual({ username: "AWS", password: "a:secret" });
});

test("rejects a repository that is not deployed, and says what to do", async () => {
  fails("RepositoryNotFoundException");
  expect(await failure(registry.digestOf("1234"))).toEqual({
    message:
      "there is no repository atlas-dev-dashboard in account 111111111111, eu-central-1: it comes with the dashboard's stack",
    next: "deploy dev (see the README)",
  });
});

test("rejects with AWS's own words where it refuses", async () => {
  fails("AccessDeniedException");
  expect(await failure(registry.signIn())).toEqual({
    message: "ECR of account 111111111111, eu-central-1 has refused, or was not reached",
    said: "AccessDeniedException: AccessDeniedException said",
  });
});
