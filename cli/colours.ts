import pc from "picocolors";

/** Colours for what is written to `stream`: none but on a terminal (https://no-color.org), whatever the other streams are. */
export function coloursFor(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): ReturnType<typeof pc.createColors> {
  return pc.createColors(stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb");
}
