/** A product to show beside a story. */
export interface RecommendedProduct {
  readonly productId: string;
  /** Higher is better, comparable within a run only. */
  readonly score: number;
}

/** What tells a story from all others. */
export interface StoryKey {
  readonly shopId: string;
  readonly contentId: string;
}

/** The products to show beside one story, the best first. */
export interface Story extends StoryKey {
  readonly products: readonly RecommendedProduct[];
}

/** A run of the training, as its manifest tells of it. */
export interface TrainedRun {
  /** `run=<instant>`: the later run has the greater name. */
  readonly run: string;
  /** ISO 8601. */
  readonly trainedAt: string;
  /** Etag of the manifest: two that name one run are two contents. */
  readonly manifestEtag: string;
}
