import { curatedHandler } from "../shared/curated-handler";
import { createdOnly } from "../shared/object-ref";
import { bring } from "./bring";
import type { RunStore } from "./current";

/** The handler of the stage that brings recommendations into one store, which is fed from the queue `queueUrl`. */
export function handlerFor(
  store: RunStore,
  serviceName: string,
  queueUrl: string,
): ReturnType<typeof curatedHandler> {
  return curatedHandler(serviceName, queueUrl, (change, deps) =>
    bring(createdOnly(change, "manifest"), { ...deps, store }),
  );
}
