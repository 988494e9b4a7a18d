/** Prefix, in the curated bucket, of what queries over the lake read: one file for each source, shop and month. */
export const LAKE_PREFIX = "events/";
/** Prefix, in the curated bucket, of what the lake holds of each source. */
export const HEAD_PREFIX = "heads/";

/** Key of the rows that a source has of one shop and month, whatever its version; at most 130 bytes. */
export const lakeKey = (shopId: string, month: string, source: string): string =>
  `${LAKE_PREFIX}shop=${shopId}/month=${month}/${source}.parquet`;

export const lakeHeadKey = (source: string): string => `${HEAD_PREFIX}${source}.json`;
