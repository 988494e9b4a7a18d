import { publicImage } from "../../../modules/ecs-service/task/container-image";
import { EcsCluster } from "../../../modules/ecs-service/task/ecs-cluster";
import type {
  ContainerOptions,
  EfsVolumeProps,
  FargateTaskProps,
  HealthCommand,
  Limit,
  LogRouterProps,
  SidecarProps,
} from "../../../modules/ecs-service/task/task-props";
import { type Checks, featuresOf, testOptions } from "../../support/feature-table";
import { keyStatement } from "../../support/granted";
import { type Block, synth } from "../../support/synth";
import { aTask, container, DIGEST, mayDo, task } from "../../support/task";

const DEFINITION = "aws_ecs_task_definition";
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";
const PUBLIC = `public.ecr.aws/shop/proxy@${DIGEST}`;
const FLUENT_BIT = `public.ecr.aws/aws-observability/aws-for-fluent-bit@${DIGEST}`;
const AWSLOGS = {
  logDriver: "awslogs",
  options: {
    "awslogs-group": "/ecs/orders",
    "awslogs-region": "eu-central-1",
    "awslogs-stream-prefix": "ecs",
    "max-buffer-size": "25m",
    mode: "non-blocking",
  },
};

const mainOf = (props: Partial<FargateTaskProps> = {}) => container(task(props));

const sidecar = (props: Partial<SidecarProps> = {}): SidecarProps => ({
  name: "proxy",
  image: publicImage(PUBLIC),
  ...props,
});

/** The same holds for the main container and for a sidecar. */
const both = (options: ContainerOptions, check: (definition: Block) => void) => {
  check(mainOf(options));
  check(container(task({ sidecars: [sidecar(options)] }), "proxy"));
};

const health = (check: Partial<HealthCommand>) =>
  mainOf({ healthCommand: { command: ["check"], ...check } }).healthCheck;

const CONTAINER: Checks<ContainerOptions> = {
  command: [
    "is that of the image, unless told otherwise",
    () => {
      both({}, (definition) => expect(definition).not.toHaveProperty("command"));
      both({ command: ["serve", "--all"] }, ({ command }) => expect(command).toEqual(["serve", "--all"]));
    },
  ],
  environment: [
    "is sorted by name, as ECS gives it back",
    () => {
      both({}, (definition) => expect(definition).not.toHaveProperty("environment"));
      both({ environment: { PORT: "8080", A: "1", a: "2" } }, ({ environment }) =>
        expect(environment).toEqual([
          { name: "A", value: "1" },
          { name: "PORT", value: "8080" },
          { name: "a", value: "2" },
        ]),
      );
    },
  ],
  secrets: [
    "are read by name when the container starts, sorted",
    () => {
      const secrets = { TOKEN: { secretName: "shop/token" }, KEY: { parameterName: "/shop/key" } };
      both({ secrets }, (definition) =>
        expect(definition.secrets).toEqual([
          { name: "KEY", valueFrom: "arn:aws:ssm:eu-central-1:123456789012:parameter/shop/key" },
          { name: "TOKEN", valueFrom: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/token" },
        ]),
      );
    },
  ],
  healthCommand: [
    "is run without a shell; there is none unless told",
    () => {
      both({}, (definition) => expect(definition).not.toHaveProperty("healthCheck"));
      both({ healthCommand: { command: ["curl", "-f"] } }, ({ healthCheck }) =>
        expect(healthCheck).toHaveProperty("command", ["CMD", "curl", "-f"]),
      );
    },
  ],
  stopTimeoutSeconds: [
    "is 30, unless told otherwise",
    () => {
      both({}, ({ stopTimeout }) => expect(stopTimeout).toBe(30));
      both({ stopTimeoutSeconds: 120 }, ({ stopTimeout }) => expect(stopTimeout).toBe(120));
    },
  ],
  writablePaths: [
    "are folders of one container, on a root that is read-only",
    () => {
      both({}, (definition) => {
        expect(definition.readonlyRootFilesystem).toBe(true);
        expect(definition).not.toHaveProperty("mountPoints");
      });
      const tf = task({
        writablePaths: ["/tmp", "/var/cache"],
        sidecars: [sidecar({ writablePaths: ["/tmp"] })],
      });
      expect(container(tf).mountPoints).toEqual([
        { sourceVolume: "app-tmp", containerPath: "/tmp", readOnly: false },
        { sourceVolume: "app-var-cache", containerPath: "/var/cache", readOnly: false },
      ]);
      expect(container(tf, "proxy").mountPoints).toEqual([
        { sourceVolume: "proxy-tmp", containerPath: "/tmp", readOnly: false },
      ]);
      const volumes = ["app-tmp", "app-var-cache", "proxy-tmp"].map((name) => ({ name }));
      expect(tf.one(DEFINITION).volume).toEqual(volumes);
      for (const name of ["app", "proxy"]) expect(container(tf, name).readonlyRootFilesystem).toBe(true);
    },
  ],
  user: [
    "is that of the image, unless told otherwise",
    () => {
      both({}, (definition) => expect(definition).not.toHaveProperty("user"));
      both({ user: "10001:10001" }, ({ user }) => expect(user).toBe("10001:10001"));
    },
  ],
  ulimits: [
    "are those of Fargate, unless told otherwise",
    () => {
      both({}, (definition) => expect(definition).not.toHaveProperty("ulimits"));
      both({ ulimits: { nofile: { soft: 1024, hard: 4096 } } }, ({ ulimits }) =>
        expect(ulimits).toEqual([{ name: "nofile", softLimit: 1024, hardLimit: 4096 }]),
      );
    },
  ],
  init: [
    "is there, unless told otherwise",
    () => {
      both({}, ({ linuxParameters }) => expect(linuxParameters).toEqual({ initProcessEnabled: true }));
      both({ init: false }, (definition) => expect(definition).not.toHaveProperty("linuxParameters"));
    },
  ],
};

const HEALTH: Checks<HealthCommand> = {
  command: ["follows CMD", () => expect(health({})).toHaveProperty("command", ["CMD", "check"])],
  intervalSeconds: [
    "is 30, unless told otherwise",
    () => {
      expect(health({})).toHaveProperty("interval", 30);
      expect(health({ intervalSeconds: 10 })).toHaveProperty("interval", 10);
    },
  ],
  timeoutSeconds: [
    "is 5, unless told otherwise",
    () => {
      expect(health({})).toHaveProperty("timeout", 5);
      expect(health({ timeoutSeconds: 2 })).toHaveProperty("timeout", 2);
    },
  ],
  retries: [
    "is 3, unless told otherwise",
    () => {
      expect(health({})).toHaveProperty("retries", 3);
      expect(health({ retries: 1 })).toHaveProperty("retries", 1);
    },
  ],
  startSeconds: [
    "is off, unless told otherwise",
    () => {
      expect(health({})).not.toHaveProperty("startPeriod");
      expect(health({ startSeconds: 60 })).toHaveProperty("startPeriod", 60);
    },
  ],
};

const limits = mainOf({ ulimits: { nofile: { soft: 10, hard: 20 } } }).ulimits;

const LIMIT: Checks<Limit> = {
  soft: ["is what a process starts with", () => expect(limits).toMatchObject([{ softLimit: 10 }])],
  hard: ["is how far it may go", () => expect(limits).toMatchObject([{ hardLimit: 20 }])],
};

const SIDECAR: Checks<Omit<SidecarProps, keyof ContainerOptions>> = {
  name: [
    "is the container's",
    () => expect(container(task({ sidecars: [sidecar({ name: "agent" })] }), "agent")).toBeDefined(),
  ],
  image: [
    "is pulled with the execution role",
    () => {
      const grantPull = jest.fn();
      const tf = task({ sidecars: [sidecar({ image: { uri: PUBLIC, grantPull } })] });
      expect(container(tf, "proxy").image).toBe(PUBLIC);
      expect(grantPull.mock.calls).toEqual([[expect.objectContaining({ roleName: "orders-execution" })]]);
    },
  ],
  essential: [
    "is so, unless told otherwise",
    () => {
      const essential = (props: Partial<SidecarProps>) =>
        container(task({ sidecars: [sidecar(props)] }), "proxy").essential;
      expect([essential({}), essential({ essential: false })]).toEqual([true, false]);
    },
  ],
  dependsOn: [
    "waits for nothing, unless told",
    () => {
      expect(container(task({ sidecars: [sidecar()] }), "proxy")).not.toHaveProperty("dependsOn");
      const waiting = task({ sidecars: [sidecar({ dependsOn: { app: "START" } })] });
      expect(container(waiting, "proxy").dependsOn).toEqual([{ containerName: "app", condition: "START" }]);
    },
  ],
};

const files = (props: Partial<EfsVolumeProps> = {}) =>
  task({
    efsVolumes: [{ fileSystemId: "fs-0a1b", accessPointId: "fsap-0a1b", path: "/data", ...props }],
  });

const efsVolume = {
  name: "app-data",
  efs_volume_configuration: {
    file_system_id: "fs-0a1b",
    root_directory: "/",
    transit_encryption: "ENABLED",
    authorization_config: { access_point_id: "fsap-0a1b", iam: "ENABLED" },
  },
};

const mayMount = (...actions: string[]) => ({
  Effect: "Allow",
  Action: actions.length === 1 ? actions[0] : actions,
  Resource: "arn:aws:elasticfilesystem:eu-central-1:123456789012:file-system/fs-0a1b",
  Condition: {
    StringEquals: {
      "elasticfilesystem:AccessPointArn":
        "arn:aws:elasticfilesystem:eu-central-1:123456789012:access-point/fsap-0a1b",
    },
  },
});

const EFS: Checks<EfsVolumeProps> = {
  fileSystemId: [
    "is mounted over TLS, as the task's role",
    () => expect(files().one(DEFINITION).volume).toEqual([efsVolume]),
  ],
  accessPointId: [
    "is all that the task may mount",
    () =>
      expect(mayDo(files(), "orders")).toEqual([
        mayMount("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"),
      ]),
  ],
  path: [
    "is where the main container sees it",
    () =>
      expect(container(files({ path: "/srv/data" })).mountPoints).toEqual([
        { sourceVolume: "app-srv-data", containerPath: "/srv/data", readOnly: false },
      ]),
  ],
  readOnly: [
    "takes the right to write as well",
    () => {
      const tf = files({ readOnly: true });
      expect(container(tf).mountPoints).toMatchObject([{ readOnly: true }]);
      expect(mayDo(tf, "orders")).toEqual([mayMount("elasticfilesystem:ClientMount")]);
    },
  ],
};

const routed = () => task({ logRouter: { image: publicImage(FLUENT_BIT), deliveryStreamName: "shop-logs" } });

const ROUTER: Checks<LogRouterProps> = {
  image: [
    "runs as root beside the main container, and logs to CloudWatch itself",
    () =>
      expect(container(routed(), "log-router")).toEqual({
        name: "log-router",
        image: FLUENT_BIT,
        essential: true,
        user: "0",
        readonlyRootFilesystem: true,
        stopTimeout: 30,
        logConfiguration: AWSLOGS,
        firelensConfiguration: { type: "fluentbit" },
      }),
  ],
  deliveryStreamName: [
    "is where the main container's lines go, and all that the task may put records into",
    () => {
      expect(container(routed()).logConfiguration).toEqual({
        logDriver: "awsfirelens",
        options: { Name: "kinesis_firehose", delivery_stream: "shop-logs", region: "eu-central-1" },
      });
      expect(mayDo(routed(), "orders")).toEqual([
        {
          Effect: "Allow",
          Action: "firehose:PutRecordBatch",
          Resource: "arn:aws:firehose:eu-central-1:123456789012:deliverystream/shop-logs",
        },
      ]);
    },
  ],
};

const TASK: Checks<Omit<FargateTaskProps, keyof ContainerOptions>> = {
  taskName: [
    "names family, roles and log group",
    () => {
      const tf = task({ taskName: "returns" });
      tf.one(DEFINITION, { family: "returns" });
      tf.one("aws_iam_role", { name: "returns" });
      tf.one("aws_iam_role", { name: "returns-execution" });
      tf.one("aws_cloudwatch_log_group", { name: "/ecs/returns" });
    },
  ],
  description: [
    "is on the task's role",
    () => void task({ description: "Counts" }).one("aws_iam_role", { name: "orders", description: "Counts" }),
  ],
  cluster: [
    "is where its tasks are",
    () =>
      void synth((stack) => {
        const cluster = EcsCluster.fromName(stack, "Other", { clusterName: "other", keyAlias: "alias/o" });
        expect(aTask(stack, { cluster }).taskArnPattern).toBe(
          "arn:aws:ecs:eu-central-1:123456789012:task/other/*",
        );
      }),
  ],
  image: [
    "is named by its digest",
    () =>
      expect(mainOf().image).toBe(`123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/orders@${DIGEST}`),
  ],
  size: [
    "is that of the task, not of a container",
    () => {
      const tf = task({ size: { cpuUnits: 1024, memoryMiB: 3072 } });
      tf.one(DEFINITION, { cpu: "1024", memory: "3072" });
      expect(container(tf)).not.toHaveProperty("memory");
    },
  ],
  keyAlias: [
    "is how the execution role may read the secrets",
    () =>
      expect(mayDo(task({ secrets: { TOKEN: { secretName: "token" } } }), "orders-execution")).toContainEqual(
        keyStatement("secretsmanager", "kms:Decrypt"),
      ),
  ],
  keyArn: ["encrypts the log", () => void task().one("aws_cloudwatch_log_group", { kms_key_id: KEY })],
  architecture: [
    "is arm64, unless told otherwise",
    () => {
      const platform = (cpu_architecture: string) => ({
        runtime_platform: { operating_system_family: "LINUX", cpu_architecture },
      });
      task().one(DEFINITION, platform("ARM64"));
      task({ architecture: "x86_64" }).one(DEFINITION, platform("X86_64"));
    },
  ],
  port: [
    "is none, unless told otherwise",
    () => {
      expect(mainOf()).not.toHaveProperty("portMappings");
      expect(mainOf({ port: 8080 }).portMappings).toEqual([
        { name: "app", containerPort: 8080, hostPort: 8080, protocol: "tcp" },
      ]);
    },
  ],
  ephemeralStorageGiB: [
    "is what Fargate gives, unless told otherwise",
    () => {
      expect(task().one(DEFINITION)).not.toHaveProperty("ephemeral_storage");
      task({ ephemeralStorageGiB: 50 }).one(DEFINITION, { ephemeral_storage: { size_in_gib: 50 } });
    },
  ],
  sidecars: [
    "come after the main container",
    () => {
      const tf = task({ sidecars: [sidecar(), sidecar({ name: "agent" })] });
      const names = JSON.parse(String(tf.one(DEFINITION).container_definitions)).map(
        ({ name }: { name: string }) => name,
      );
      expect(names).toEqual(["app", "proxy", "agent"]);
    },
  ],
  dependsOn: [
    "waits for nothing, unless told",
    () => {
      expect(mainOf()).not.toHaveProperty("dependsOn");
      const setup = sidecar({ name: "setup", essential: false });
      expect(mainOf({ sidecars: [setup], dependsOn: { setup: "SUCCESS" } }).dependsOn).toEqual([
        { containerName: "setup", condition: "SUCCESS" },
      ]);
    },
  ],
  efsVolumes: ["are none, unless told", () => expect(task().one(DEFINITION).volume).toEqual([])],
  executeCommand: [
    "mounts what the agent writes to, and gives the task exactly what the agent needs",
    () => {
      expect(mayDo(task(), "orders")).toEqual([]);
      const tf = task({ executeCommand: true });
      expect(container(tf).mountPoints).toEqual([
        { sourceVolume: "app-var-lib-amazon", containerPath: "/var/lib/amazon", readOnly: false },
        { sourceVolume: "app-var-log-amazon", containerPath: "/var/log/amazon", readOnly: false },
      ]);
      expect(mayDo(tf, "orders")).toEqual([
        {
          Effect: "Allow",
          Action: [
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
          ],
          Resource: "*",
        },
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          Resource: "arn:aws:logs:eu-central-1:123456789012:log-group:/shop/execute-command:*",
        },
        {
          Effect: "Allow",
          Action: "logs:DescribeLogGroups",
          Resource: "arn:aws:logs:eu-central-1:123456789012:log-group:*",
        },
        {
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: "arn:aws:kms:eu-central-1:123456789012:key/*",
          Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/orders" } },
        },
      ]);
    },
  ],
  logRouter: [
    "is none, unless told: the log group gets the lines, and no container waits for it",
    () => both({}, ({ logConfiguration }) => expect(logConfiguration).toEqual(AWSLOGS)),
  ],
  logRetentionDays: [
    "is 30, unless told otherwise",
    () => {
      task().one("aws_cloudwatch_log_group", { retention_in_days: 30 });
      task({ logRetentionDays: 365 }).one("aws_cloudwatch_log_group", { retention_in_days: 365 });
    },
  ],
  keepRevisions: [
    "keeps them, unless told otherwise",
    () => {
      task().one(DEFINITION, { skip_destroy: true });
      task({ keepRevisions: false }).one(DEFINITION, { skip_destroy: false });
    },
  ],
};

testOptions({
  ContainerOptions: CONTAINER,
  HealthCommand: HEALTH,
  Limit: LIMIT,
  SidecarProps: SIDECAR,
  EfsVolumeProps: EFS,
  LogRouterProps: ROUTER,
  FargateTaskProps: TASK,
});

test("says of every option what it does, and what is without it", () => {
  const features = featuresOf("modules/ecs-service/task/task-props.ts").flatMap(({ features }) => features);
  expect(features.map(({ text }) => text).filter((text) => !/\w \w/.test(text))).toEqual([]);
});
