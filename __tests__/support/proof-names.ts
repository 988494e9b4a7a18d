import type { PlatformConfig } from "../../config/load";

/** The words that names of an environment are made of. */
export interface Names {
  /** `<project>-<environment>`. */
  readonly base: string;
  readonly accountId: string;
  readonly region: string;
  readonly environment: string;
  readonly project: string;
}

/** Stands for the id that AWS gives the environment's key. */
const OWN_KEY = "00000000-0000-0000-0000-000000000000";

/** Signs that the table of owners writes, and what they stand for. */
const SIGNS: Readonly<Record<string, (names: Names) => string>> = {
  "~": ({ base }) => base,
  "^": ({ base }) => base.replaceAll("-", "_"),
  "@": ({ region, accountId }) => `${region}:${accountId}`,
  "#": ({ accountId }) => accountId,
  "%": ({ region, accountId }) => `${accountId}-${region}`,
  "&": () => OWN_KEY,
  ">": ({ project, environment }) => `${project}/${environment}`,
};

export function namesOf({ project, environment, accountId, region }: PlatformConfig): Names {
  return { base: `${project}-${environment}`, project, environment, accountId, region };
}

/** A text with its signs filled in; `*` stays, for what AWS makes. */
export const filledIn = (text: string, names: Names): string =>
  text.replace(/[~^@#%&>]/g, (sign) => SIGNS[sign]?.(names) ?? sign);

/** ARN of a text such as `sqs:@:~-structure`. */
export const arnIn = (text: string, names: Names): string =>
  text === "*" ? text : `arn:aws:${filledIn(text, names)}`;

/** ARN of a bucket, or of the objects under a prefix, from `raw` or `raw/events/`. */
export function objectsIn(place: string, names: Names): string {
  const [bucket = "", ...path] = place.split("/");
  const prefix = path.length > 0 ? `/${path.join("/")}` : "";
  return arnIn(`s3:::~-${bucket}-%${prefix}`, names);
}
