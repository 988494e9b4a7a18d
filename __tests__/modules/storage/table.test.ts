import { Table } from "../../../modules";
import { granted, keyStatement } from "../../support/granted";
import { aTable } from "../../support/storage";
import { synth } from "../../support/synth";

const FIGURES = "arn:aws:dynamodb:eu-central-1:123456789012:table/figures";

test("is paid per request, restorable, and encrypted with the key", () => {
  synth((stack) => aTable(stack)).one("aws_dynamodb_table", {
    name: "figures",
    billing_mode: "PAY_PER_REQUEST",
    point_in_time_recovery: { enabled: true },
    server_side_encryption: {
      enabled: true,
      kms_key_arn: "arn:aws:kms:eu-central-1:123456789012:key/1",
    },
  });
});

test("has a partition key alone unless told otherwise", () => {
  const table = synth((stack) => aTable(stack)).one("aws_dynamodb_table", {
    hash_key: "shopId",
    attribute: [{ name: "shopId", type: "S" }],
  });
  expect(table).not.toHaveProperty("range_key");
});

test("has a sort key when it is told one", () => {
  synth((stack) => aTable(stack, { sortKey: "day" })).one("aws_dynamodb_table", {
    hash_key: "shopId",
    range_key: "day",
    attribute: [
      { name: "shopId", type: "S" },
      { name: "day", type: "S" },
    ],
  });
});

test("keeps items for ever unless told which attribute says how long", () => {
  expect(synth((stack) => aTable(stack)).one("aws_dynamodb_table")).not.toHaveProperty("ttl");
  synth((stack) => aTable(stack, { expiryAttribute: "expiresAt" })).one("aws_dynamodb_table", {
    ttl: { attribute_name: "expiresAt", enabled: true },
  });
});

test.each([
  ["is kept on destroy unless told otherwise", {}, true],
  ["goes when it need not be kept", { keepOnDestroy: false }, false],
])("%s", (_, props, kept) => {
  synth((stack) => aTable(stack, props)).one("aws_dynamodb_table", {
    deletion_protection_enabled: kept,
    lifecycle: { prevent_destroy: kept },
  });
});

test.each([
  ["grantRead", ["dynamodb:GetItem", "dynamodb:Query"]],
  ["grantQuery", "dynamodb:Query"],
  ["grantGet", "dynamodb:GetItem"],
  ["grantReadMany", "dynamodb:BatchGetItem"],
  ["grantScan", "dynamodb:Scan"],
  ["grantUpdate", "dynamodb:UpdateItem"],
  ["grantPut", ["dynamodb:PutItem", "dynamodb:DeleteItem"]],
  ["grantWrite", ["dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"]],
] as const)("%s gives exactly its actions on the table, and decrypts through DynamoDB", (grant, actions) => {
  expect(granted((stack, role) => aTable(stack)[grant](role))).toEqual([
    { Effect: "Allow", Action: actions, Resource: FIGURES },
    keyStatement("dynamodb", "kms:Decrypt"),
  ]);
});

test("is referred to from another stack without making anything", () => {
  const tf = synth((stack) => {
    const props = { tableName: "figures", keyAlias: "alias/orders" };
    expect(Table.fromName(stack, "Figures", props).tableArn).toBe(FIGURES);
  });
  expect(tf.json.resource).toBeUndefined();
});
