import type { BuildResult, PushResult } from "./image";

/** What was built, and what to do with it. */
export function buildText({ image, platform }: BuildResult, again: (command: string) => string): string {
  return `Built ${image} for ${platform}.\n${again("image push")} brings it to the registry.`;
}

/** What is in the registry, and the lines that name it. */
export function pushText({ image, digest, pushed, file, named }: PushResult): string {
  const said = pushed ? `Pushed ${image}` : `The registry has ${image} already: nothing was pushed.`;
  if (named) return `${said}\n${file} names its digest, ${digest}.`;
  return `${said}\n\nSet this in ${file}, then deploy:\n\n  dashboard:\n    image: ${digest}`;
}
