import { curatedHandler } from "../shared/curated-handler";
import { createdOnly } from "../shared/object-ref";
import { parseEnv } from "../shared/parse-env";
import { FollowErasureEnv } from "./env";
import { follow } from "./follow";

const env = parseEnv(FollowErasureEnv, process.env);

export const handler = curatedHandler("follow-erasure", env.QUEUE_URL, (change, deps) =>
  follow(createdOnly(change, "report"), deps),
);
