import type { ShopTotal } from "../../lambdas/shared/figures";

/** The stores behind the load stages, in the order in which they are shown. */
export const STORES = ["figures", "rows", "lake"] as const;
export type StoreName = (typeof STORES)[number];

/** What a store says of its shops, or why it says nothing. */
export type StoreReading =
  | { readonly totals: readonly ShopTotal[] }
  | { readonly unreachable: string; readonly next?: string };

export type StoreReadings = Readonly<Record<StoreName, StoreReading>>;

/** A store did not answer: the message says why, `next` what to do. */
export class StoreError extends Error {
  override readonly name = "StoreError";

  constructor(
    message: string,
    readonly next?: string,
  ) {
    super(message);
  }
}

/** What a store answers, its failure included. */
export async function readingOf(read: () => Promise<readonly ShopTotal[]>): Promise<StoreReading> {
  try {
    return { totals: await read() };
  } catch (error) {
    if (error instanceof StoreError) {
      return { unreachable: error.message, ...(error.next === undefined ? {} : { next: error.next }) };
    }
    if (error instanceof Error) return { unreachable: `${error.name}: ${error.message}` };
    throw error;
  }
}
