import type { SQSClient } from "@aws-sdk/client-sqs";
import { batchesOf, sendBatch } from "../../cli/message-batches";

const message = (bytes: number) => ({ body: "x".repeat(bytes) });

test("makes batches of ten messages, and of 262,144 bytes", () => {
  const sizes = (of: readonly { body: string }[]) => batchesOf(of).map(({ length }) => length);
  expect(sizes(Array.from({ length: 21 }, () => message(1)))).toEqual([10, 10, 1]);
  expect(sizes([message(262_143), message(1), message(1)])).toEqual([2, 1]);
  expect(sizes([message(262_144), message(262_144)])).toEqual([1, 1]);
  expect(sizes([])).toEqual([]);
});

test("counts the bytes of a text, and its attributes", () => {
  const half = { body: "ü".repeat(65_536), attributes: { n: { DataType: "String", StringValue: "v" } } };
  expect(batchesOf([half, half]).map(({ length }) => length)).toEqual([1, 1]);
});

test("tries a message five times, each after a longer pause, then gives it back with its reason", async () => {
  const pauses: number[] = [];
  const send = jest.fn(async () => ({ Failed: [{ Id: "0", Code: "Busy", SenderFault: false }] }));
  const refused = await sendBatch(
    { send } as unknown as SQSClient,
    "url",
    [message(1)],
    async (milliseconds) => pauses.push(milliseconds),
  );
  expect(refused).toEqual([{ message: message(1), reason: "Busy" }]);
  expect(send).toHaveBeenCalledTimes(5);
  expect(pauses).toEqual([100, 200, 400, 800]);
});
