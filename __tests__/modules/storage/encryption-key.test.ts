import { keyAliasArn } from "../../../modules";
import { statementsOf } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { aKey } from "../../support/storage";
import { synth } from "../../support/synth";

const key = () => synth((stack) => aKey(stack));

test("is rotated, and named by its alias", () => {
  key().one("aws_kms_key", { enable_key_rotation: true, description: "Encrypts what alias/orders names" });
  const { target_key_id } = key().one("aws_kms_alias", { name: "alias/orders" });
  expect(target_key_id).toMatch(/^\$\{aws_kms_key\.Key_\w+\.key_id}$/);
});

test.each([
  ["is kept on destroy, and deleted after 30 days, unless told otherwise", {}, true, 30],
  ["goes after the days it is told", { keepOnDestroy: false, deletionWindowDays: 7 }, false, 7],
])("%s", (_, props, kept, days) => {
  synth((stack) => aKey(stack, props)).one("aws_kms_key", {
    lifecycle: { prevent_destroy: kept },
    deletion_window_in_days: days,
  });
});

test("can be managed by its account, action by action, or nobody ever could again", () => {
  const [account, ...others] = statementsOf(key().one("aws_kms_key").policy);
  expect(others).toEqual([]);
  expect(account).toMatchObject({
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::123456789012:root" },
    Resource: "*",
  });
  expect(account?.Action).toEqual(
    expect.arrayContaining(["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:Decrypt", "kms:CreateGrant"]),
  );
  expect([account?.Action].flat().filter((action) => action?.includes("*"))).toEqual([]);
});

test("lets CloudWatch Logs encrypt the log groups that it is told, and no other", () => {
  const logs = ["arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/orders"];
  const tf = synth((stack) => aKey(stack).grantLogGroups(logs));
  expect(statementsOf(tf.one("aws_kms_key").policy).slice(1)).toEqual([
    {
      Effect: "Allow",
      Principal: { Service: "logs.eu-central-1.amazonaws.com" },
      Action: [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
        "kms:GenerateDataKey",
        "kms:DescribeKey",
      ],
      Resource: "*",
      Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": logs } },
    },
  ]);
});

test("lets S3 notify encrypted queues about the buckets that it is told, in its account", () => {
  const tf = synth((stack) => aKey(stack).grantNotifications(["arn:aws:s3:::raw"]));
  expect(statementsOf(tf.one("aws_kms_key").policy).slice(1)).toEqual([
    {
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnEquals: { "aws:SourceArn": ["arn:aws:s3:::raw"] },
      },
    },
  ]);
});

test("lets SNS deliver to encrypted queues what the topics are sent that it is told", () => {
  const topic = "arn:aws:sns:eu-central-1:123456789012:manifests";
  const tf = synth((stack) => aKey(stack).grantTopics([topic]));
  expect(statementsOf(tf.one("aws_kms_key").policy).slice(1)).toEqual([
    {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: { ArnEquals: { "aws:SourceArn": [topic] } },
    },
  ]);
});

test.each([
  ["all of the account", undefined, "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*"],
  ["those that it is told", ["arn:aws:cloudwatch:eu-central-1:123456789012:alarm:orders-*"], undefined],
])("lets alarms send to encrypted topics: %s", (_, arns, all) => {
  const tf = synth((stack) => aKey(stack).grantAlarms(arns));
  expect(statementsOf(tf.one("aws_kms_key").policy).slice(1)).toEqual([
    {
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": all === undefined ? arns : [all] },
      },
    },
  ]);
});

test("has a literal ARN by its alias", () => {
  synth((stack) =>
    expect(keyAliasArn(stack, "alias/orders")).toBe("arn:aws:kms:eu-central-1:123456789012:alias/orders"),
  );
});

test.each([7, 30])("admits %d days before deletion", (deletionWindowDays) => {
  synth((stack) => aKey(stack, { deletionWindowDays }));
});

test.each([6, 31, 7.5])("rejects %d days before deletion", (deletionWindowDays) => {
  expect(messageOf(() => synth((stack) => aKey(stack, { deletionWindowDays })))).toBe(
    `Test/Key: deletionWindowDays must be a whole number of 7 to 30, got ${deletionWindowDays}`,
  );
});

test.each(["orders", "alias/", "alias/aws/s3", "alias/a b"])("rejects the alias %s", (alias) => {
  expect(messageOf(() => synth((stack) => aKey(stack, { alias })))).toBe(
    `Test/Key: alias must be alias/<name> and not begin with alias/aws/, got ${alias}`,
  );
});
