import * as z from "zod/mini";
import type { Version } from "./version";

/** What a store keeps of a source: for figures the head item in the contributions table. */
export const Head = z.object({
  /** The version that the store holds, or is being brought to. */
  etag: z.string(),
  sequencer: z.nullable(z.string()),
  lastModified: z.string(),
  status: z.enum(["loading", "loaded"]),
  /** Etag of the manifest that is (being) loaded. */
  manifestEtag: z.string(),
  /** The delivery that works on this source, a new value each time: only its holder may change the store. */
  run: z.string(),
  /** ISO 8601; null until the first version has been loaded. */
  loadedAt: z.nullable(z.string()),
});
export type Head = z.infer<typeof Head>;

/** Whether a store holds the version `etag` of a source, whose head is `head` (undefined: it has none). */
export function isLoaded(head: Head | undefined, etag: string): boolean {
  return head !== undefined && head.status === "loaded" && head.etag === etag;
}

export const versionOf = ({ etag, sequencer, lastModified }: Version): Version => ({
  etag,
  sequencer,
  lastModified,
});
