import { type DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { DynamoRecommendations } from "../../../lambdas/shared/dynamo-recommendations";
import { PermanentError } from "../../../lambdas/shared/errors";
import type { TableHead } from "../../../lambdas/shared/recommendation-table";

type Sent = { readonly input: Record<string, unknown> };

/** A client that answers with `answers` in turn, and what it was asked. */
function client(...answers: unknown[]): { table: DynamoRecommendations; sent: Sent[] } {
  const sent: Sent[] = [];
  const send = async (command: Sent): Promise<unknown> => {
    sent.push(command);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? {};
  };
  return { table: new DynamoRecommendations("t", { send } as unknown as DynamoDBClient), sent };
}

const HEAD: TableHead = {
  run: "run=1",
  trainedAt: "2026-03-31T18:05:00Z",
  manifestEtag: "m",
  status: "serving",
  holder: "h",
  stories: 1,
};

describe("the table of recommendations in DynamoDB", () => {
  test("has a step put the head first, where its holder still has it", async () => {
    const { table, sent } = client();
    const story = { shopId: "a", contentId: "s", products: [{ productId: "p", score: 0.000001 }] };
    expect(await table.put([story], HEAD)).toBe("applied");
    expect(sent[0]?.input.TransactItems).toEqual([
      {
        Put: expect.objectContaining({
          Item: expect.objectContaining({ shopId: { S: "#" }, contentId: { S: "#" }, stories: { N: "1" } }),
          ConditionExpression: "#holder = :holder AND #status = :status",
        }),
      },
      {
        Put: {
          TableName: "t",
          Item: expect.objectContaining({
            products: { L: [{ M: { productId: { S: "p" }, score: { N: "0.000001" } } }] },
          }),
        },
      },
    ]);
  });

  test("says that a step is stale when another has the head", async () => {
    const canceled = new TransactionCanceledException({
      message: "",
      $metadata: {},
      CancellationReasons: [{ Code: "ConditionalCheckFailed" }],
    });
    expect(await client(canceled).table.remove([{ shopId: "a", contentId: "s" }], HEAD)).toBe("stale");
  });

  test("rejects a head that is broken for good, and says what to do", async () => {
    const Item = { run: { S: "run=1" }, status: { S: "served" }, stories: { N: "-1" } };
    await expect(client({ Item }).table.head()).rejects.toThrow(
      new PermanentError(
        "t: item # # is broken at trainedAt, manifest, holder, stories: delete it, and all stories are put again",
      ),
    );
  });
});
