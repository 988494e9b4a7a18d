import type { Grantee } from "../../iam";

/** An image that a container runs, and how its role comes to it. */
export interface ContainerImage {
  /** `<repository>@sha256:<64 hex digits>`: a tag may be another image tomorrow. */
  readonly uri: string;
  /** Lets `grantee` pull the image; nothing where everybody may. */
  grantPull(grantee: Grantee): void;
}

/** An image of a public registry, such as `public.ecr.aws/…@sha256:…`, which everybody may pull. */
export function publicImage(uri: string): ContainerImage {
  return { uri, grantPull: () => {} };
}

/** What is wrong with the image that `prop` names. */
export function imageMistakes(prop: string, { uri }: ContainerImage): string[] {
  if (/^[a-z0-9][a-z0-9._:/-]*[a-z0-9]@sha256:[0-9a-f]{64}$/.test(uri)) return [];
  return [`${prop} must be named by digest, <repository>@sha256:<64 hex digits>, got ${uri}`];
}
