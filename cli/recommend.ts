import type { PlatformConfig } from "../config/load";
import { namesFor } from "../config/naming";
import { MANIFEST_KEY } from "../lambdas/recommendations/manifest";
import { DynamoRecommendations } from "../lambdas/shared/dynamo-recommendations";
import { SAMPLE_SHOP } from "../local/sample";
import { visitsNdjson } from "../local/sample-visits";
import type { Clients } from "./clients";
import { CommandError } from "./failure";
import { runSparkJob } from "./run-job/local-job";
import { type CommandContext, typed } from "./session";
import { type Arrival, Shipper } from "./shipment";
import { StageQueues } from "./stage-queues";

/** Name of the generated visits in the raw bucket. */
const VISITS_NAME = "cdnow-visits.ndjson";
const JOB = "train-recommendations";
/** The sample's purchases become few towards its end: that many last days are a fair test (spark/README.md). */
const TEST_DAYS = 90;
/** Long enough for the visits and for the recommendations, each, on a busy machine. */
const ARRIVAL_SECONDS = 180;
const POLL_MS = 250;
const SHOWN_STORIES = 3;

/** How good recommendations are, on days that they were not made from. */
interface Quality {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly coverage: number | null;
}

/** What there is to show beside stories. */
export interface Recommended {
  readonly visits: Arrival;
  /** Absent where they were there already. */
  readonly trained?: {
    readonly rows: number;
    readonly k: number;
    readonly als: Quality;
    readonly popularity: Quality;
  };
  /** Some stories, with the products to show beside them, the best first. */
  readonly stories: readonly { readonly contentId: string; readonly products: readonly string[] }[];
}

/**
 * Sends visits, trains recommendations from them with Spark unless there are some, and waits until both stores have them.
 *
 * @throws CommandError when the environment has no Spark, the job fails, or they do not arrive
 */
export async function recommend(
  context: CommandContext,
  config: PlatformConfig,
  clients: Clients,
): Promise<Recommended> {
  const { progress, interrupt } = context;
  const { curatedBucket } = namesFor(config);
  const visits = await progress.step("visits", async (step) => {
    const shipper = new Shipper(config, clients, interrupt);
    const { arrival, wasThere } = await shipper.bringOnce(VISITS_NAME, visitsNdjson(), ARRIVAL_SECONDS, step);
    return [
      arrival,
      wasThere ? "are there already" : `${arrival.lines.good} events sent and arrived`,
    ] as const;
  });
  const trained = await progress.step("spark", async (step) => {
    if (await clients.objectExists(curatedBucket, MANIFEST_KEY)) {
      return [undefined, "recommendations are there already"] as const;
    }
    const words = ["--test-days", String(TEST_DAYS)];
    const { result = {}, seconds } = await runSparkJob(
      context,
      config,
      clients,
      { job: JOB, arguments: words },
      step,
    );
    const { rows, metrics } = result as { rows: number; metrics: NonNullable<Recommended["trained"]> };
    return [{ ...metrics, rows }, `${JOB} succeeded in ${seconds} s`] as const;
  });
  const stories = await progress.step("products", async (step) => {
    step.update("waiting for DynamoDB and PostgreSQL");
    await arrived(context, config, clients);
    const found = await storiesOf(config, clients);
    return [found, "recommended beside stories, in DynamoDB and PostgreSQL"] as const;
  });
  return { visits, ...(trained && { trained }), stories };
}

/** Both stages have done their work: the table says whose recommendations it has, and no message is left. */
async function arrived(
  { interrupt }: CommandContext,
  config: PlatformConfig,
  clients: Clients,
): Promise<void> {
  const table = new DynamoRecommendations(namesFor(config).recommendationsTable, await clients.dynamo());
  const deadline = Date.now() + ARRIVAL_SECONDS * 1000;
  for (;;) {
    interrupt.check();
    const stages = (await new StageQueues(config, clients).counts()).filter(({ stage }) =>
      stage.endsWith("-recommendations"),
    );
    const dead = stages.find((queue) => "deadLetters" in queue && queue.deadLetters > 0);
    if (dead !== undefined) {
      throw new CommandError({
        message: `recommendations were set aside: the ${dead.stage} stage failed on them every time`,
        next: typed("dead-letters", config),
      });
    }
    const idle = stages.every((queue) => "waiting" in queue && queue.waiting + queue.inFlight === 0);
    if (idle && (await table.head())?.status === "served") return;
    if (Date.now() > deadline) {
      throw new CommandError({
        message: `recommendations did not arrive within ${ARRIVAL_SECONDS} s`,
        next: typed("status", config),
      });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** As a backend reads them. */
async function storiesOf(config: PlatformConfig, clients: Clients): Promise<Recommended["stories"]> {
  const { QueryCommand } = await import("@aws-sdk/client-dynamodb");
  const { Items = [] } = await (await clients.dynamo()).send(
    new QueryCommand({
      TableName: namesFor(config).recommendationsTable,
      KeyConditionExpression: "shopId = :shop",
      ExpressionAttributeValues: { ":shop": { S: SAMPLE_SHOP } },
      Limit: SHOWN_STORIES,
    }),
  );
  return Items.map(({ contentId, products }) => ({
    contentId: contentId?.S ?? "",
    products: (products?.L ?? []).map(({ M }) => M?.productId?.S ?? ""),
  }));
}
