import { join } from "node:path";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { App, Aspects, type TerraformElement, TerraformStack } from "cdktf";
import {
  Bucket,
  type BucketReference,
  LambdaStage,
  type LambdaStageProps,
  ObjectTopic,
  RemoteState,
  type Role,
  Table,
} from "../../../../modules";
import { TestFolder } from "../../../support/folder";
import { aBundle } from "../../../support/stage";

const KEY = { keyAlias: "alias/shop", keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1" };

const folder = new TestFolder();
let apps = 0;
const anApp = () => new App({ outdir: join(folder.path, `${apps++}`) });

interface Env {
  readonly QUEUE_URL: string;
}

/** A stack of an app, with a short way to make what the check is about. */
class Stack extends TerraformStack {
  constructor(app: App, id: string) {
    super(app, id);
    new AwsProvider(this, "Aws", { region: "eu-central-1", allowedAccountIds: ["123456789012"] });
  }

  bucket(id: string): BucketReference {
    return Bucket.fromName(this, id, { bucketName: id.toLowerCase(), keyAlias: KEY.keyAlias });
  }

  stage(id: string, props: Partial<LambdaStageProps<Env>> & Pick<LambdaStageProps<Env>, "source">) {
    return new LambdaStage<Env>(this, id, {
      ...KEY,
      stageName: id.toLowerCase(),
      description: id,
      bundle: aBundle(),
      environment: {},
      prefix: "in/",
      ...props,
    });
  }
}

/** What the synth of an app says, and what it warns of. */
function synthesised(build: (app: App) => void): { mistakes: string[]; warnings: string[] } {
  const app = anApp();
  build(app);
  const [, mistakes] = /errors:\n {2}(.*)\nValidations/s.exec(errorOf(() => app.synth())) ?? [];
  const warnings = app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata.filter(({ type }) => type === "@cdktf/warn").map(({ data }) => `${node.path}: ${data}`),
    );
  return { mistakes: mistakes?.split("\n  ") ?? [], warnings };
}

/** What the action throws, nothing where it does not. */
function errorOf(action: () => void): string {
  try {
    action();
    return "";
  } catch (error) {
    return String(error);
  }
}

const mistakesOf = (build: (app: App) => void) => synthesised(build).mistakes;
const inOne = (build: (stack: Stack) => void) => mistakesOf((app) => build(new Stack(app, "one")));

test("admits a stage that writes elsewhere", () => {
  expect(
    inOne((stack) => {
      const source = stack.bucket("Raw");
      const { role } = stack.stage("A", { source });
      source.grantWrite(role, "out/");
    }),
  ).toEqual([]);
});

const roundA = "a: must not write where it reads, itself or through others, got ";

test("rejects a stage that writes where it reads", () => {
  expect(
    inOne((stack) => {
      const source = stack.bucket("Raw");
      source.grantWrite(stack.stage("A", { source }).role, "in/done/");
    }),
  ).toEqual([`${roundA}a → raw/in/ → a: write under another prefix`]);
});

test("rejects stages of two stacks that feed each other, by references of their own", () => {
  expect(
    mistakesOf((app) => {
      const [first, second] = [new Stack(app, "first"), new Stack(app, "second")];
      const a = first.stage("A", { source: first.bucket("Raw") });
      first.bucket("Curated").grantWrite(a.role, "in/");
      const b = second.stage("B", { source: second.bucket("Curated"), suffix: ".parquet" });
      second.bucket("Raw").grantWrite(b.role, "in/again/");
    }),
  ).toEqual([`${roundA}a → curated/in/*.parquet → b → raw/in/ → a: write under another prefix`]);
});

test("rejects a way round through a topic", () => {
  expect(
    inOne((stack) => {
      const source = stack.bucket("Raw");
      const topic = new ObjectTopic(stack, "New", {
        ...{ topicName: "new", keyAlias: KEY.keyAlias, source, prefix: "told/" },
      });
      stack.stage("A", { source, topic, prefix: "in/" });
      const b = stack.stage("B", { source, topic, prefix: "in/" });
      source.grantWrite(b.role, "told/");
    }),
  ).toEqual([
    "b: must not write where it reads, itself or through others, got b → raw/told/ → b: write under another prefix",
  ]);
});

test("rejects what a raw policy lets the role write", () => {
  expect(
    inOne((stack) => {
      const { role } = stack.stage("A", { source: stack.bucket("Raw") });
      new IamRolePolicy(stack, "More", {
        role: role.roleName,
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: { Effect: "Allow", Action: "s3:Put*", Resource: "arn:aws:s3:::raw/*" },
        }),
      });
    }),
  ).toEqual([`${roundA}a → raw/in/ → a: write under another prefix`]);
});

test("rejects two notification resources of one bucket, and what overlaps in them", () => {
  expect(
    inOne((stack) => {
      stack.stage("A", { source: stack.bucket("Raw"), suffix: ".gz" });
      new S3BucketNotification(stack, "More", {
        bucket: "raw",
        topic: [
          { topicArn: "arn:aws:sns:eu-central-1:123456789012:more", events: ["s3:ObjectCreated:Put"] },
          { topicArn: "arn:aws:sns:eu-central-1:123456789012:gone", events: ["s3:ObjectRemoved:*"] },
        ],
      });
    }),
  ).toEqual([
    "bucket raw: must have one notification resource, got one/Raw/Notification and one/More: add to the first through one reference to the bucket",
    "bucket raw: notifications must not overlap, got raw/in/*.gz of a and raw/ of more: give each a prefix of its own, or both one ObjectTopic",
  ]);
});

const hidden =
  "a: queue a must hide a message for 6 × time-out + batch window (360 s) or more, got 30: otherwise it comes back while a call still works on it";

test.each<[string, (stage: LambdaStage<Env>) => void, string]>([
  [
    "a message that comes back too early",
    ({ queue }) => queue.resource.addOverride("visibility_timeout_seconds", 30),
    hidden,
  ],
  [
    "a longer time-out",
    ({ resource }) => resource.addOverride("timeout", 61),
    hidden.replace("360", "366").replace("got 30", "got 360"),
  ],
  [
    "a longer batch window",
    ({ mapping }) => mapping.addOverride("maximum_batching_window_in_seconds", 1),
    hidden.replace("360", "361").replace("got 30", "got 360"),
  ],
  [
    "no dead-letter queue",
    ({ queue }) => queue.resource.addOverride("redrive_policy", ""),
    "a: queue a must have a dead-letter queue, got no redrive_policy: what always fails would come back until it is lost",
  ],
  [
    "a queue that keeps longer than its dead-letter queue",
    ({ queue }) => queue.resource.addOverride("message_retention_seconds", 1_209_600),
    "a: dead-letter queue a-dead must keep messages longer than a (1209600 s), got 1209600: their age counts from when they were first sent",
  ],
  [
    "a dead-letter queue that forgets as fast",
    ({ queue }) =>
      (queue.node.findChild("DeadLetterQueue") as SqsQueue).addOverride("message_retention_seconds", 345_600),
    "a: dead-letter queue a-dead must keep messages longer than a (345600 s), got 345600: their age counts from when they were first sent",
  ],
])("rejects an override that makes %s", (_, override, mistake) => {
  expect(inOne((stack) => override(stack.stage("A", { source: stack.bucket("Raw") })))).toEqual([mistake]);
});

test("rejects what an aspect has changed last", () => {
  expect(
    inOne((stack) => {
      stack.stage("A", { source: stack.bucket("Raw") });
      Aspects.of(stack).add({
        visit: (node) => {
          if (node instanceof SqsQueue)
            (node as TerraformElement).addOverride("visibility_timeout_seconds", 30);
        },
      });
    }),
  ).toEqual([hidden]);
});

test("rejects all mistakes at once", () => {
  expect(
    inOne((stack) => {
      const source = stack.bucket("Raw");
      const { role, queue } = stack.stage("A", { source });
      source.grantWrite(role, "in/");
      queue.resource.addOverride("visibility_timeout_seconds", 30);
    }),
  ).toEqual([`${roundA}a → raw/in/ → a: write under another prefix`, hidden]);
});

test("takes what is known at the apply only for right", () => {
  expect(
    inOne((stack) => {
      const { queue, resource } = stack.stage("A", { source: stack.bucket("Raw") });
      queue.resource.addOverride("visibility_timeout_seconds", resource.timeout);
    }),
  ).toEqual([]);
});

/** A stage, and in another stack stores that nobody has been granted anything of. */
const idle = (grant: (stack: Stack, role: Role) => void = () => {}) =>
  synthesised((app) => {
    const data = new Stack(app, "data");
    new Bucket(data, "Store", { bucketName: "store", keyAlias: KEY.keyAlias });
    const table = { tableName: "figures", partitionKey: "id" };
    new Table(data, "Figures", { ...KEY, ...table });
    const work = new Stack(app, "work");
    grant(work, work.stage("A", { source: work.bucket("Raw") }).role);
  });

const warning = (store: string, verb: string) =>
  `data/${store}: no role of this app ${verb} it: grant it to one, or take it out`;

test("warns of stores that nobody reads, or writes", () => {
  expect(idle()).toEqual({
    mistakes: [],
    warnings: [
      ...["reads", "writes"].map((verb) => warning("Store", verb)),
      ...["reads", "writes"].map((verb) => warning("Figures", verb)),
    ],
  });
});

test("sees who uses a store from another stack, by its name", () => {
  const { warnings } = idle((stack, role) => {
    stack.bucket("Store").grantWrite(role, "some/");
    Table.fromName(stack, "Figures", { tableName: "figures", keyAlias: KEY.keyAlias }).grantRead(role);
  });
  expect(warnings).toEqual([warning("Store", "reads"), warning("Figures", "writes")]);
});

test("is silent where all stores are used", () => {
  const { warnings } = idle((stack, role) => {
    const store = stack.bucket("Store");
    store.grantWrite(role, "some/");
    store.grantRead(role, "some/");
    const table = Table.fromName(stack, "Figures", { tableName: "figures", keyAlias: KEY.keyAlias });
    table.grantRead(role);
    table.grantUpdate(role);
  });
  expect(warnings).toEqual([]);
});

test("hands its warnings to whoever reads cdktf's manifest", () => {
  const app = anApp();
  const data = new Stack(app, "data");
  new Table(data, "Figures", { ...KEY, tableName: "figures", partitionKey: "id" });
  const work = new Stack(app, "work");
  work.stage("A", { source: work.bucket("Raw") });
  app.synth();
  expect(app.manifest.forStack(data).annotations).toEqual([
    expect.objectContaining({ constructPath: "data/Figures", level: "@cdktf/warn" }),
    expect.objectContaining({ constructPath: "data/Figures", level: "@cdktf/warn" }),
  ]);
});

test("takes the bucket of the states for used", () => {
  const { warnings } = synthesised((app) => {
    const state = new Stack(app, "state");
    new Bucket(state, "States", { bucketName: "states", keyAlias: KEY.keyAlias });
    new RemoteState(state, {
      ...{
        bucketName: "states",
        stateKey: "state.tfstate",
        region: "eu-central-1",
        accountId: "123456789012",
      },
      keyAliasArn: "arn:aws:kms:eu-central-1:123456789012:alias/shop",
    });
    const work = new Stack(app, "work");
    work.stage("A", { source: work.bucket("Raw") });
  });
  expect(warnings).toEqual([]);
});
