import * as z from "zod/mini";
import type { RECOMMENDATION_KEYS } from "../shared/dynamo-recommendations";

const name = z.string().check(z.minLength(1));
/** Queue that the function is fed from, to set when a failed message comes again. */
const queue = { QUEUE_URL: name };

/** What the function that serves recommendations reads from its environment; the stack must give all of it, here and below. */
export const ServeRecommendationsEnv = z.object({
  ...queue,
  /** Table of the products to show beside each story. */
  RECOMMENDATIONS_TABLE: name,
});
export type ServeRecommendationsEnv = z.infer<typeof ServeRecommendationsEnv>;

/** What the function that loads recommendations into the database reads from its environment. */
export const LoadRecommendationsEnv = z.object({
  ...queue,
  DATABASE_HOST: name,
  DATABASE_PORT: name,
  DATABASE_NAME: name,
  /** User that logs in with a token of IAM. */
  DATABASE_USER: name,
});
export type LoadRecommendationsEnv = z.infer<typeof LoadRecommendationsEnv>;

/** Keys of the table: the stack makes them so. */
export type RecommendationKeys = typeof RECOMMENDATION_KEYS;
