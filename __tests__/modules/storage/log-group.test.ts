import { granted } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { aLogGroup } from "../../support/storage";
import { synth } from "../../support/synth";

test("is encrypted, and forgets after the days it is told", () => {
  synth((stack) => aLogGroup(stack, { retentionDays: 14 })).one("aws_cloudwatch_log_group", {
    name: "/aws/lambda/orders",
    kms_key_id: "arn:aws:kms:eu-central-1:123456789012:key/1",
    retention_in_days: 14,
  });
});

test("lets a writer make streams in it and write to them", () => {
  expect(granted((stack, role) => aLogGroup(stack).grantWrite(role))).toEqual([
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/orders:*",
    },
  ]);
});

test.each([1, 3653])("admits %d days", (retentionDays) => {
  synth((stack) => aLogGroup(stack, { retentionDays }));
});

test.each([0, 2, 3654])("rejects %d days, which CloudWatch Logs does not know", (retentionDays) => {
  expect(messageOf(() => synth((stack) => aLogGroup(stack, { retentionDays })))).toBe(
    "Test/Log: retentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, " +
      `1096, 1827, 2192, 2557, 2922, 3288, 3653, got ${retentionDays}`,
  );
});
