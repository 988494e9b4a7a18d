import { statSync } from "node:fs";
import { resolve } from "node:path";
import { CommandError } from "../failure";

/** Arguments of jobs that name a file, which may lie on this machine. */
const OF_FILES: readonly string[] = ["--visitors"];

/**
 * The arguments with what `give` makes of each file of this machine that they name, such as its place in S3.
 *
 * @param give is given an absolute path
 * @throws CommandError where an argument names no file
 */
export async function withFiles(
  words: readonly string[],
  give: (path: string) => string | Promise<string>,
): Promise<string[]> {
  const given: string[] = [];
  for (const [index, word] of words.entries()) {
    const before = words[index - 1];
    const [, name = "", value = ""] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
    if (OF_FILES.includes(name)) given.push(`${name}=${await fileOf(name, value, give)}`);
    else if (before !== undefined && OF_FILES.includes(before)) given.push(await fileOf(before, word, give));
    else given.push(word);
  }
  return given;
}

function fileOf(name: string, word: string, give: (path: string) => string | Promise<string>) {
  if (word.startsWith("s3://")) return word;
  if (statSync(word, { throwIfNoEntry: false })?.isFile()) return give(resolve(word));
  throw new CommandError({
    message: `${name} must be a file of this machine or its s3:// address, got ${word === "" ? "nothing" : word}`,
  });
}
