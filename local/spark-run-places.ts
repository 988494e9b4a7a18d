import type { Address } from "./spark-run-line";

/** What to copy, by bucket: keys of objects, and with a slash at the end what keys begin with. */
export type Places = ReadonlyMap<string, readonly string[]>;

/**
 * What a run needs of S3: of all that its role may read, what lies at or below the places that it names. So a job that lacks a
 * permission lacks the files, here as on AWS.
 */
export function placesFor(named: readonly Address[], readable: readonly Address[]): Places {
  const places = new Map<string, string[]>();
  for (const { bucket, key } of named) {
    const inside = readable
      .filter((other) => other.bucket === bucket)
      .flatMap((other) => {
        if (key.startsWith(other.key)) return [key];
        return isBelow(other.key, key) ? [other.key] : [];
      });
    places.set(bucket, [...(places.get(bucket) ?? []), ...inside]);
  }
  return new Map([...places].map(([bucket, keys]) => [bucket, withoutInner(keys)]));
}

const isBelow = (key: string, folder: string) =>
  folder === "" || key.startsWith(folder.endsWith("/") ? folder : `${folder}/`);

/** Without what is below another. */
const withoutInner = (keys: readonly string[]) =>
  [...new Set(keys)].filter((key, _, all) => !all.some((other) => other !== key && isBelow(key, other)));
