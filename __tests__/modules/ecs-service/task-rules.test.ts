import { publicImage } from "../../../modules/ecs-service/task/container-image";
import type { FargateTaskProps, SidecarProps } from "../../../modules/ecs-service/task/task-props";
import { messageOf } from "../../support/message-of";
import { DIGEST, task } from "../../support/task";

const PROXY = publicImage(`public.ecr.aws/shop/proxy@${DIGEST}`);

const mistakesOf = (props: Partial<FargateTaskProps>) =>
  messageOf(() => task(props))
    .split("\n")
    .map((line) => line.replace("Test/Task: ", ""));

const sidecar = (props: Partial<SidecarProps> = {}) => ({
  sidecars: [{ name: "proxy", image: PROXY, ...props }],
});

const files = (props: object) => ({
  efsVolumes: [{ fileSystemId: "fs-1", accessPointId: "fsap-1", path: "/data", ...props }],
});

test.each([
  ["a tag", "public.ecr.aws/nginx/nginx:1.27"],
  ["no tag at all", "public.ecr.aws/nginx/nginx"],
  ["half a digest", `public.ecr.aws/nginx/nginx@sha256:${"0a".repeat(16)}`],
  ["a digest in capitals", `public.ecr.aws/nginx/nginx@${DIGEST.toUpperCase()}`],
  ["a digest of nothing", `@${DIGEST}`],
])("rejects an image with %s", (_, uri) => {
  expect(mistakesOf({ image: publicImage(uri) })).toEqual([
    `image must be named by digest, <repository>@sha256:<64 hex digits>, got ${uri}`,
  ]);
});

test.each<[string, Partial<FargateTaskProps>, string]>([
  ["no name", { taskName: "" }, "taskName must be 1 to 54 letters, digits, - or _, got nothing"],
  [
    "a name too long for its roles",
    { taskName: "t".repeat(55) },
    `taskName must be 1 to 54 letters, digits, - or _, got ${"t".repeat(55)}`,
  ],
  ["port 0", { port: 0 }, "port must be a whole number of 1 to 65535, got 0"],
  ["port 65536", { port: 65_536 }, "port must be a whole number of 1 to 65535, got 65536"],
  [
    "the disk that Fargate gives anyway",
    { ephemeralStorageGiB: 20 },
    "ephemeralStorageGiB must be a whole number of 21 to 200, got 20",
  ],
  [
    "a disk too large",
    { ephemeralStorageGiB: 201 },
    "ephemeralStorageGiB must be a whole number of 21 to 200, got 201",
  ],
  [
    "a stop too short",
    { stopTimeoutSeconds: 1 },
    "stopTimeoutSeconds must be a whole number of 2 to 120, got 1",
  ],
  [
    "a stop too long",
    { stopTimeoutSeconds: 121 },
    "stopTimeoutSeconds must be a whole number of 2 to 120, got 121",
  ],
  ["a command without a program", { command: [] }, "command must hold at least a program, got none"],
  [
    "a variable with a name that no shell takes",
    { environment: { "A-B": "1" } },
    "environment must be named with letters, digits and _, got A-B",
  ],
  [
    "a secret with such a name",
    { secrets: { "1": { secretName: "token" } } },
    "secrets must be named with letters, digits and _, got 1",
  ],
  [
    "a variable that is a secret too",
    { environment: { TOKEN: "1" }, secrets: { TOKEN: { secretName: "token" } } },
    "secrets must not be in environment as well, got TOKEN",
  ],
  [
    "a secret by its ARN",
    { secrets: { TOKEN: { secretName: "arn:aws:secretsmanager:x" } } },
    "secrets must be named with letters, digits and /_+=.@-, got arn:aws:secretsmanager:x",
  ],
  [
    "a secret whose name looks like one with AWS's end",
    { secrets: { TOKEN: { secretName: "shop-tokens" } } },
    "secrets must not end in - and six characters, which AWS adds, got shop-tokens",
  ],
  [
    "a key that would be read as two",
    { secrets: { TOKEN: { secretName: "token", jsonKey: "a:b" } } },
    "secrets must have a jsonKey without :, got a:b",
  ],
  [
    "a parameter with a space",
    { secrets: { TOKEN: { parameterName: "/shop token" } } },
    "secrets must name parameters with letters, digits, _, ., - or /, got /shop token",
  ],
  ["a user with two groups", { user: "a:b:c" }, "user must be <user> or <user>:<group>, got a:b:c"],
  [
    "a limit of nothing",
    { ulimits: { nofile: { soft: 0, hard: 10 } } },
    "ulimits.nofile must be whole numbers of 1 or more, got 0",
  ],
  [
    "a soft limit above the hard one",
    { ulimits: { nofile: { soft: 20, hard: 10 } } },
    "ulimits.nofile.soft must be at most hard (10), got 20",
  ],
  [
    "the root as a path",
    { writablePaths: ["/"] },
    "writablePaths must be absolute and plain, such as /tmp, got /",
  ],
  [
    "a relative path",
    { writablePaths: ["tmp"] },
    "writablePaths must be absolute and plain, such as /tmp, got tmp",
  ],
  [
    "a path that climbs",
    { writablePaths: ["/tmp/../etc"] },
    "writablePaths must be absolute and plain, such as /tmp, got /tmp/../etc",
  ],
  [
    "a path twice",
    { writablePaths: ["/tmp", "/tmp"] },
    "writablePaths and efsVolumes must mount each path once, got /tmp twice",
  ],
  [
    "a path that execute-command has",
    { writablePaths: ["/var/lib/amazon"], executeCommand: true },
    "writablePaths and efsVolumes must mount each path once, got /var/lib/amazon twice",
  ],
  [
    "a file system where a folder is",
    { writablePaths: ["/data"], ...files({}) },
    "writablePaths and efsVolumes must mount each path once, got /data twice",
  ],
  [
    "paths that become one name",
    { writablePaths: ["/var/tmp", "/var-tmp"] },
    "writablePaths must differ by more than / . and -, got two that become app-var-tmp",
  ],
  [
    "a file system by reference, which no policy may hold",
    files({ fileSystemId: `\${aws_efs_file_system.X.id}` }),
    `efsVolumes[0].fileSystemId must be the literal id of a file system, fs-…, got \${aws_efs_file_system.X.id}`,
  ],
  [
    "a file system in place of an access point",
    files({ accessPointId: "fs-1" }),
    "efsVolumes[0].accessPointId must be the literal id of an access point, fsap-…, got fs-1",
  ],
  [
    "a file system at the root",
    files({ path: "/" }),
    "efsVolumes[0].path must be absolute and plain, such as /tmp, got /",
  ],
  [
    "a delivery stream without a name",
    { logRouter: { image: PROXY, deliveryStreamName: "" } },
    "logRouter.deliveryStreamName must be 1 to 64 letters, digits, _, . or -, got nothing",
  ],
  [
    "a log router by tag",
    { logRouter: { image: publicImage("fluent-bit:3"), deliveryStreamName: "logs" } },
    "logRouter.image must be named by digest, <repository>@sha256:<64 hex digits>, got fluent-bit:3",
  ],
])("rejects %s", (_, props, message) => {
  expect(mistakesOf(props)).toEqual([message]);
});

test.each([
  ["intervalSeconds", 4, "5 to 300"],
  ["intervalSeconds", 301, "5 to 300"],
  ["timeoutSeconds", 1, "2 to 60"],
  ["timeoutSeconds", 61, "2 to 60"],
  ["retries", 0, "1 to 10"],
  ["retries", 11, "1 to 10"],
  ["startSeconds", -1, "0 to 300"],
  ["startSeconds", 301, "0 to 300"],
])("rejects a health check with %s of %d", (prop, value, range) => {
  expect(mistakesOf({ healthCommand: { command: ["check"], [prop]: value } })).toEqual([
    `healthCommand.${prop} must be a whole number of ${range}, got ${value}`,
  ]);
});

test("rejects a health check without a program", () => {
  expect(mistakesOf({ healthCommand: { command: [] } })).toEqual([
    "healthCommand.command must hold at least a program, got none",
  ]);
});

test.each(["app", "log-router"])("rejects a sidecar named %s, as a container of ours", (name) => {
  expect(mistakesOf(sidecar({ name }))).toEqual([
    `sidecars must each have a name of its own, got ${name} twice`,
  ]);
});

test.each<[string, Partial<SidecarProps>, string]>([
  ["a name with a dot", { name: "a.b" }, "sidecars must be named with letters, digits, - or _, got a.b"],
  [
    "an image by tag",
    { image: publicImage("envoy:1") },
    "sidecars[0].image must be named by digest, <repository>@sha256:<64 hex digits>, got envoy:1",
  ],
  [
    "a stop too long",
    { stopTimeoutSeconds: 300 },
    "sidecars[0].stopTimeoutSeconds must be a whole number of 2 to 120, got 300",
  ],
  [
    "a relative path",
    { writablePaths: ["run"] },
    "sidecars[0].writablePaths must be absolute and plain, such as /tmp, got run",
  ],
  [
    "a path twice",
    { writablePaths: ["/run", "/run"] },
    "sidecars[0].writablePaths must mount each path once, got /run twice",
  ],
])("rejects a sidecar with %s", (_, props, message) => {
  expect(mistakesOf(sidecar(props))).toEqual([message]);
});

test.each<[string, Partial<FargateTaskProps>, string]>([
  [
    "for one that is not there",
    { dependsOn: { proxy: "START" } },
    "dependsOn of app must name a container of the task, got proxy",
  ],
  [
    "to be healthy for one that has no check",
    { ...sidecar(), dependsOn: { proxy: "HEALTHY" } },
    "dependsOn of app must be START where proxy has no healthCommand, got HEALTHY",
  ],
  [
    "for the end of one that must not end",
    { ...sidecar(), dependsOn: { proxy: "SUCCESS" } },
    "dependsOn of app must be START or HEALTHY where proxy is essential, got SUCCESS",
  ],
  [
    "for one that waits for it",
    { ...sidecar({ dependsOn: { app: "START" } }), dependsOn: { proxy: "START" } },
    "dependsOn must not lead back, got app that waits for itself",
  ],
  [
    "for two that wait for each other",
    {
      dependsOn: { one: "START" },
      sidecars: [
        { name: "one", image: PROXY, dependsOn: { two: "START" } },
        { name: "two", image: PROXY, dependsOn: { one: "START" } },
      ],
    },
    "dependsOn must not lead back, got one that waits for itself",
  ],
  [
    "for itself",
    { dependsOn: { app: "START" } },
    "dependsOn must not lead back, got app that waits for itself",
  ],
])("rejects a container that waits %s", (_, props, message) => {
  expect(mistakesOf(props)).toEqual([message]);
});

test("admits a container that waits for what another does", () => {
  const check = { command: ["check"] };
  const sidecars = [
    { name: "setup", image: PROXY, essential: false },
    { name: "proxy", image: PROXY, healthCommand: check, dependsOn: { setup: "COMPLETE" } as const },
  ];
  expect(() => task({ sidecars, dependsOn: { setup: "SUCCESS", proxy: "HEALTHY" } })).not.toThrow();
});

test("rejects all mistakes at once", () => {
  const props = { port: 0, stopTimeoutSeconds: 0, command: [], ...sidecar({ user: "" }) };
  expect(mistakesOf(props)).toEqual([
    "command must hold at least a program, got none",
    "stopTimeoutSeconds must be a whole number of 2 to 120, got 0",
    "port must be a whole number of 1 to 65535, got 0",
    "sidecars[0].user must be <user> or <user>:<group>, got nothing",
  ]);
});
