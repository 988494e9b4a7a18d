import { curatedHandler } from "../shared/curated-handler";
import { createdManifest, load } from "./load";
import type { Store } from "./store";

/** The handler of the load stage of one store, which is fed from the queue `queueUrl`. */
export function handlerFor(
  store: Store,
  serviceName: string,
  queueUrl: string,
): ReturnType<typeof curatedHandler> {
  return curatedHandler(serviceName, queueUrl, (change, deps) =>
    load(createdManifest(change), { ...deps, store }),
  );
}
